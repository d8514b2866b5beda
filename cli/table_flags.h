#pragma once

#include <functional>

#include "perfecthash/v1/table.pb.h"

namespace CLI {
class App;
}  // namespace CLI

namespace perfecthash {

// The options that set TableOptions. `options` gives the message to set and is
// called only when one of them was given.
void AddTableFlags(CLI::App& app,
                   const std::function<v1::TableOptions*()>& options);

// Whether a job with these options leaves files to download.
bool MakesArtifacts(const v1::TableOptions& options);

}  // namespace perfecthash
