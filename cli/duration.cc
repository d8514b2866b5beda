#include "cli/duration.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>

namespace perfecthash {
namespace {

using std::chrono::nanoseconds;

struct Unit {
  std::string_view name;
  std::int64_t nanoseconds;
};

// From the smallest to the largest.
constexpr std::array<Unit, 7> kUnits = {{
    {"ns", 1},
    {"us", 1'000},
    {"ms", 1'000'000},
    {"s", 1'000'000'000},
    {"m", 60'000'000'000},
    {"h", 3'600'000'000'000},
    {"d", 86'400'000'000'000},
}};

constexpr double kMaxNanoseconds = 365.0 * 86'400e9;

absl::Status NotADuration(std::string_view text, std::string_view why) {
  return absl::InvalidArgumentError(
      fmt::format("\"{}\" is not a duration: {}; write 500ms, 10s, 2m or 1h30m",
                  text, why));
}

const Unit* FindUnit(std::string_view name) {
  const auto found = std::find_if(
      kUnits.begin(), kUnits.end(),
      [name](const Unit& candidate) { return candidate.name == name; });
  return found == kUnits.end() ? nullptr : &*found;
}

}  // namespace

absl::StatusOr<nanoseconds> ParseDuration(std::string_view text) {
  if (text == "0") return nanoseconds(0);
  std::string_view rest = text;
  double total = 0;
  const Unit* previous = nullptr;
  do {
    double number = 0;
    const auto [end, error] =
        std::from_chars(rest.data(), rest.data() + rest.size(), number,
                        std::chars_format::fixed);
    if (error != std::errc() || rest.front() == '-' || !std::isfinite(number)) {
      return NotADuration(text, "it needs a number that is not negative");
    }
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    const std::string_view name =
        rest.substr(0, rest.find_first_of("0123456789."));
    if (name.empty()) return NotADuration(text, "it has no unit");
    const Unit* unit = FindUnit(name);
    if (unit == nullptr) {
      return NotADuration(text, fmt::format("\"{}\" is no unit", name));
    }
    if (previous != nullptr && unit >= previous) {
      return NotADuration(text, "its units must fall from large to small");
    }
    total += number * static_cast<double>(unit->nanoseconds);
    previous = unit;
    rest.remove_prefix(name.size());
  } while (!rest.empty());
  if (total > kMaxNanoseconds) {
    return NotADuration(text, "it is longer than 365 days");
  }
  return nanoseconds(std::llround(total));
}

std::string FormatDuration(nanoseconds duration) {
  const double seconds = static_cast<double>(duration.count()) / 1e9;
  if (seconds < 0.9995e-3) return fmt::format("{:.0f} us", seconds * 1e6);
  if (seconds < 0.9995) return fmt::format("{:.0f} ms", seconds * 1e3);
  if (seconds < 9.995) return fmt::format("{:.2f} s", seconds);
  if (seconds < 59.95) return fmt::format("{:.1f} s", seconds);
  const auto whole = static_cast<std::int64_t>(std::llround(seconds));
  if (whole < 3600) return fmt::format("{}m {:02}s", whole / 60, whole % 60);
  if (whole < 86400) {
    return fmt::format("{}h {:02}m", whole / 3600, whole / 60 % 60);
  }
  return fmt::format("{}d {:02}h", whole / 86400, whole / 3600 % 24);
}

google::protobuf::Duration ToProto(nanoseconds duration) {
  google::protobuf::Duration proto;
  proto.set_seconds(duration.count() / 1'000'000'000);
  proto.set_nanos(static_cast<std::int32_t>(duration.count() % 1'000'000'000));
  return proto;
}

nanoseconds FromProto(const google::protobuf::Duration& duration) {
  constexpr std::int64_t kMaxSeconds = 9'223'372'035;
  const std::int64_t seconds =
      std::clamp(duration.seconds(), -kMaxSeconds, kMaxSeconds);
  return std::chrono::seconds(seconds) + nanoseconds(duration.nanos());
}

}  // namespace perfecthash
