#include "service/rpc/proto_time.h"

#include <cstdint>

#include "absl/strings/str_cat.h"
#include "service/rpc/invalid_argument.h"

namespace perfecthash {
namespace {
constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;
constexpr std::int64_t kSecondsMax = 100LL * 366 * 24 * 3600;
}  // namespace

google::protobuf::Duration ToDuration(std::chrono::nanoseconds time) {
  google::protobuf::Duration duration;
  duration.set_seconds(time.count() / kNanosecondsPerSecond);
  duration.set_nanos(
      static_cast<std::int32_t>(time.count() % kNanosecondsPerSecond));
  return duration;
}

google::protobuf::Timestamp ToTimestamp(
    std::chrono::system_clock::time_point time) {
  const auto since_epoch = std::chrono::duration_cast<std::chrono::nanoseconds>(
      time.time_since_epoch());
  google::protobuf::Timestamp timestamp;
  timestamp.set_seconds(since_epoch.count() / kNanosecondsPerSecond);
  timestamp.set_nanos(
      static_cast<std::int32_t>(since_epoch.count() % kNanosecondsPerSecond));
  return timestamp;
}

absl::StatusOr<std::chrono::nanoseconds> ReadDuration(
    const google::protobuf::Duration& duration, const std::string& field) {
  if (duration.seconds() < 0 || duration.nanos() < 0) {
    return InvalidField(field, "is negative; give a time of 0 s or more");
  }
  if (duration.seconds() > kSecondsMax ||
      duration.nanos() >= kNanosecondsPerSecond) {
    return InvalidField(field, "is out of range; give at most 100 years");
  }
  return std::chrono::seconds(duration.seconds()) +
         std::chrono::nanoseconds(duration.nanos());
}

}  // namespace perfecthash
