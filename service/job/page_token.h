#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace perfecthash {

// Page tokens are opaque to clients: a position, bound to the list that it
// belongs to (its parent, filter, ...), so that a token given to another list
// is refused instead of misread. They stay good as long as the list exists.

std::string MakePageToken(const std::string& list, const std::string& position);

// The position; "" for an empty token. InvalidArgument PAGE_TOKEN_INVALID.
absl::StatusOr<std::string> ReadPageToken(const std::string& list,
                                          const std::string& token);

absl::Status BadPageToken();

// InvalidArgument when negative; the default when 0; at most the largest.
absl::StatusOr<int> ReadPageSize(int requested, int size_default, int size_max);

}  // namespace perfecthash
