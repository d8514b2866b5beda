#include "cli/number.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "engine/base/status_macros.h"

namespace perfecthash {
namespace {

absl::Status NotANumber(std::string_view text, std::string_view expected) {
  return absl::InvalidArgumentError(
      fmt::format("\"{}\" is not {}", text, expected));
}

// Whether the whole of `text` was a number in range of T.
template <typename T>
bool ParseWhole(std::string_view text, int base, T& value) {
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value, base);
  return result.ec == std::errc() && result.ptr == end;
}

std::string_view WithoutBlanks(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

}  // namespace

absl::StatusOr<std::int64_t> ParseInteger(std::string_view text,
                                          std::int64_t least,
                                          std::int64_t most) {
  std::int64_t value = 0;
  if (!ParseWhole(text, 10, value) || value < least || value > most) {
    return NotANumber(text, fmt::format("a number from {} to {}", least, most));
  }
  return value;
}

absl::StatusOr<std::uint64_t> ParseUnsigned(std::string_view text,
                                            std::uint64_t most) {
  const bool is_hex = text.starts_with("0x") || text.starts_with("0X");
  std::uint64_t value = 0;
  if (!ParseWhole(is_hex ? text.substr(2) : text, is_hex ? 16 : 10, value) ||
      value > most) {
    return NotANumber(
        text, fmt::format("a decimal or 0x number from 0 to {:#x}", most));
  }
  return value;
}

absl::StatusOr<std::vector<std::uint64_t>> ParseUnsignedList(
    std::string_view text, std::uint64_t most) {
  std::vector<std::uint64_t> values;
  text = WithoutBlanks(text);
  while (true) {
    const std::size_t end = text.find_first_of(", ");
    ASSIGN_OR_RETURN(const std::uint64_t value,
                     ParseUnsigned(text.substr(0, end), most));
    values.push_back(value);
    if (end == std::string_view::npos) return values;
    text = WithoutBlanks(text.substr(end));
    if (text.starts_with(',')) text = WithoutBlanks(text.substr(1));
  }
}

absl::StatusOr<double> ParseReal(std::string_view text) {
  double value = 0;
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  if (result.ec != std::errc() || result.ptr != end || !std::isfinite(value)) {
    return NotANumber(text, "a number");
  }
  return value;
}

}  // namespace perfecthash
