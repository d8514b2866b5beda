#pragma once

#include <map>
#include <string>

#include "absl/status/status.h"

namespace perfecthash {

// A status can carry a stable reason for programs, in SCREAMING_SNAKE_CASE,
// beside its message for people: "DUPLICATE_KEYS", "NO_SOLUTION", ...
// proto/README.md lists them all. OK is returned as it is.
absl::Status WithReason(absl::Status status, const std::string& reason);

// "" when the status carries none.
std::string ReasonOf(const absl::Status& status);

// Adds a named value for programs to the error, e.g. {"limit", "100000"}. OK is
// returned as it is.
absl::Status WithMetadata(absl::Status status, const std::string& key,
                          const std::string& value);

std::map<std::string, std::string> MetadataOf(const absl::Status& status);

}  // namespace perfecthash
