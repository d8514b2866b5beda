#pragma once

#include <string>

#include "absl/status/status.h"

namespace perfecthash {

// A status can carry a stable reason for programs, in SCREAMING_SNAKE_CASE,
// beside its message for people: "DUPLICATE_KEYS", "NO_SOLUTION", ...
// proto/README.md lists them all. OK is returned as it is.
absl::Status WithReason(absl::Status status, const std::string& reason);

// "" when the status carries none.
std::string ReasonOf(const absl::Status& status);

}  // namespace perfecthash
