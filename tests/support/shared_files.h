#pragma once

#include <optional>
#include <string>

namespace perfecthash {

// Reference data that lives beside the project and is not part of it: the
// folder named by the environment variable PERFECTHASH_SHARED, or ../shared.
// Nothing if `name` is not there; tests that want it then skip.
std::optional<std::string> FindSharedFile(const std::string& name);

}  // namespace perfecthash
