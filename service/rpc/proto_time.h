#pragma once

#include <chrono>
#include <string>

#include "absl/status/statusor.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/timestamp.pb.h"

namespace perfecthash {

google::protobuf::Duration ToDuration(std::chrono::nanoseconds time);
google::protobuf::Timestamp ToTimestamp(
    std::chrono::system_clock::time_point time);

// InvalidArgument naming `field` when the duration is negative, malformed or
// longer than a hundred years.
absl::StatusOr<std::chrono::nanoseconds> ReadDuration(
    const google::protobuf::Duration& duration, const std::string& field);

}  // namespace perfecthash
