#include "service/rpc/proto_time.h"

#include <gtest/gtest.h>

#include <limits>

#include "engine/base/error_reason.h"

namespace perfecthash {
namespace {

TEST(ProtoTimeTest, DurationsGoThereAndBack) {
  const auto time = std::chrono::milliseconds(1'234);
  EXPECT_EQ(ToDuration(time).seconds(), 1);
  EXPECT_EQ(ToDuration(time).nanos(), 234'000'000);
  EXPECT_EQ(*ReadDuration(ToDuration(time), "wait"), time);
}

TEST(ProtoTimeTest, RefusesWhatNobodyMeans) {
  google::protobuf::Duration duration;
  duration.set_seconds(-1);
  EXPECT_FALSE(ReadDuration(duration, "wait").ok());
  duration.set_seconds(0);
  duration.set_nanos(-1);
  EXPECT_FALSE(ReadDuration(duration, "wait").ok());
  duration.set_seconds(std::numeric_limits<std::int64_t>::max());
  duration.set_nanos(0);
  EXPECT_FALSE(ReadDuration(duration, "wait").ok());
}

TEST(ProtoTimeTest, TimestampsCountFrom1970) {
  const std::chrono::system_clock::time_point time{
      std::chrono::milliseconds(1'500)};
  EXPECT_EQ(ToTimestamp(time).seconds(), 1);
  EXPECT_EQ(ToTimestamp(time).nanos(), 500'000'000);
}

}  // namespace
}  // namespace perfecthash
