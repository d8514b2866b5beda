#pragma once

#include <google/protobuf/duration.pb.h>

#include <chrono>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace perfecthash {

// Durations as people write them: a number and a unit (ns, us, ms, s, m, h, d),
// or several from the largest to the smallest: "500ms", "1.5s", "1m30s". Only
// "0" needs no unit. At most 365 days.
absl::StatusOr<std::chrono::nanoseconds> ParseDuration(std::string_view text);

// For people: "532 ms", "4.31 s", "1m 05s", "2h 03m".
std::string FormatDuration(std::chrono::nanoseconds duration);

google::protobuf::Duration ToProto(std::chrono::nanoseconds duration);
// Values beyond the range of nanoseconds (292 years) come out as its ends.
std::chrono::nanoseconds FromProto(const google::protobuf::Duration& duration);

}  // namespace perfecthash
