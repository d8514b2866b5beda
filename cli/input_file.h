#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace perfecthash {

// The whole of what a user names as input: a file, or what comes through a
// pipe, a fifo or /dev/stdin until its end, which has no size to ask for. Fails
// as ReadFileBytes does, with ResourceExhausted past `max_bytes`.
absl::StatusOr<std::vector<std::uint8_t>> ReadInput(const std::string& path,
                                                    std::uint64_t max_bytes);

// The same of standard input.
absl::StatusOr<std::vector<std::uint8_t>> ReadStandardInput(
    std::uint64_t max_bytes);

}  // namespace perfecthash
