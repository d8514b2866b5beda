#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace perfecthash {

// A decimal number from `least` to `most`.
absl::StatusOr<std::int64_t> ParseInteger(std::string_view text,
                                          std::int64_t least,
                                          std::int64_t most);

// A number up to `most`, decimal or hexadecimal after 0x.
absl::StatusOr<std::uint64_t> ParseUnsigned(std::string_view text,
                                            std::uint64_t most);

// The same several times, separated by commas or, as reports print them, by
// blanks.
absl::StatusOr<std::vector<std::uint64_t>> ParseUnsignedList(
    std::string_view text, std::uint64_t most);

// A decimal fraction, finite.
absl::StatusOr<double> ParseReal(std::string_view text);

}  // namespace perfecthash
