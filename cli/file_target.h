#pragma once

#include <string>

#include "absl/status/statusor.h"

namespace perfecthash {

// Where the file that `path` names goes when it is written under a temporary
// name and then renamed: `path`, or what it links to, so that a link stays one.
// Usage: something else than a regular file is there (a directory, a pipe,
// /dev/stdout), which the rename would put a file in place of.
absl::StatusOr<std::string> ResolveFileTarget(const std::string& path);

}  // namespace perfecthash
