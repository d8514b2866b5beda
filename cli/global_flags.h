#pragma once

#include "cli/session.h"

namespace CLI {
class App;
}  // namespace CLI

namespace perfecthash {

// The options that every command has. `app` does not outlive `options`.
void AddGlobalFlags(CLI::App& app, GlobalOptions& options);

}  // namespace perfecthash
