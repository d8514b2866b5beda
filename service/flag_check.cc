#include "service/flag_check.h"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "service/process/listen_address.h"

namespace perfecthash {
namespace {

constexpr std::int64_t kTimeMaxMs = 24 * 3'600'000;

// CLI11 calls it with the text, which it may change; "" = nothing is wrong.
CLI::Validator Check(std::function<std::string(std::string&)> function) {
  return CLI::Validator(std::move(function), "");
}

// What `units` makes of a number with a unit: none when it makes nothing of it.
// A sign is refused here, as CLI11 reads -1 as the largest number.
std::optional<std::uint64_t> ReadUnits(const CLI::Validator& units,
                                       std::string text) {
  if (text.empty() || !absl::ascii_isdigit(text.front())) return std::nullopt;
  try {
    if (!units(text).empty()) return std::nullopt;
  } catch (const CLI::ValidationError&) {
    return std::nullopt;
  }
  std::uint64_t number = 0;
  if (!absl::SimpleAtoi(text, &number)) return std::nullopt;
  return number;
}

}  // namespace

CLI::Validator WholeNumber(std::int64_t least, std::int64_t most) {
  return Check([least, most](std::string& text) -> std::string {
    std::int64_t number = 0;
    if (absl::SimpleAtoi(text, &number) && number >= least && number <= most) {
      return "";
    }
    return absl::StrCat("\"", text, "\" is not a whole number from ", least,
                        " to ", most);
  });
}

CLI::Validator OneOf(std::vector<std::string> names) {
  return Check([names = std::move(names)](std::string& text) -> std::string {
    const std::string name = absl::AsciiStrToLower(text);
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      return absl::StrCat("\"", text, "\" is none of ",
                          absl::StrJoin(names, ", "));
    }
    text = name;
    return "";
  });
}

CLI::Validator TimeWithUnit() {
  const CLI::AsNumberWithUnit units(
      std::map<std::string, std::int64_t>{
          {"ms", 1}, {"s", 1'000}, {"m", 60'000}, {"h", 3'600'000}},
      CLI::AsNumberWithUnit::Options(CLI::AsNumberWithUnit::CASE_INSENSITIVE |
                                     CLI::AsNumberWithUnit::UNIT_REQUIRED));
  return Check([units](std::string& text) -> std::string {
    const auto milliseconds = ReadUnits(units, text);
    if (!milliseconds.has_value() || *milliseconds > kTimeMaxMs) {
      return absl::StrCat("\"", text,
                          "\" is not a time from 0s to 24h with its unit, such "
                          "as 500ms, 30s or 10m");
    }
    text = absl::StrCat(*milliseconds);
    return "";
  });
}

CLI::Validator SizeInBytes(std::uint64_t least) {
  const CLI::AsSizeValue units(/*kb_is_1000=*/false);
  return Check([units, least](std::string& text) -> std::string {
    const auto bytes = ReadUnits(units, text);
    if (!bytes.has_value() || (*bytes != 0 && *bytes < least)) {
      return absl::StrCat("\"", text, "\" is neither 0 nor a size of at least ",
                          least >> 20, "MiB, such as 4GiB");
    }
    text = absl::StrCat(*bytes);
    return "";
  });
}

CLI::Validator AddressToListenAt() {
  return Check([](std::string& text) {
    return std::string(ParseListenAddress(text).status().message());
  });
}

}  // namespace perfecthash
