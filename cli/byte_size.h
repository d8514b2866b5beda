#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace perfecthash {

// Sizes as people write them: "4096", "64KiB", "1.5GiB", "10MB". KiB, MiB, GiB
// and TiB are powers of 1,024; KB, MB, GB and TB of 1,000; B or nothing: bytes.
absl::StatusOr<std::int64_t> ParseByteSize(std::string_view text);

// For people, in powers of 1,024: "744 B", "36.5 KiB", "41.8 MiB".
std::string FormatByteSize(std::int64_t bytes);

// For people, digits in groups: "13,637".
std::string FormatCount(std::int64_t count);

}  // namespace perfecthash
