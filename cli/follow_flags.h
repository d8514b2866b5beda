#pragma once

#include "cli/follow.h"

namespace CLI {
class App;
}  // namespace CLI

namespace perfecthash {

// How a command watches its job, and what it does when it is interrupted.
// `app` does not outlive `options`, whose on_interrupt is the default.
void AddFollowFlags(CLI::App& app, FollowOptions& options);

}  // namespace perfecthash
