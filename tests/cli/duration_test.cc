#include "cli/duration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace perfecthash {
namespace {

using namespace std::chrono_literals;

TEST(DurationTest, EveryUnitParses) {
  EXPECT_EQ(*ParseDuration("7ns"), 7ns);
  EXPECT_EQ(*ParseDuration("7us"), 7us);
  EXPECT_EQ(*ParseDuration("500ms"), 500ms);
  EXPECT_EQ(*ParseDuration("10s"), 10s);
  EXPECT_EQ(*ParseDuration("2m"), 2min);
  EXPECT_EQ(*ParseDuration("3h"), 3h);
  EXPECT_EQ(*ParseDuration("365d"), 24h * 365);
}

TEST(DurationTest, FractionsAndSumsParse) {
  EXPECT_EQ(*ParseDuration("1.5s"), 1500ms);
  EXPECT_EQ(*ParseDuration("1m30s"), 90s);
  EXPECT_EQ(*ParseDuration("1h2m3.5s"), 1h + 2min + 3500ms);
  EXPECT_EQ(*ParseDuration("0"), 0ns);
}

TEST(DurationTest, WhatIsNoDurationIsRefusedWithTheFormsThatAre) {
  for (const char* text : {"", "10", "s", "-1s", "1x", "1s1m", "1s2s", "1 s",
                           "inf", "nan", "1e3s", "366d", "1s ", "."}) {
    const auto duration = ParseDuration(text);
    ASSERT_FALSE(duration.ok()) << text;
    EXPECT_THAT(std::string(duration.status().message()),
                testing::HasSubstr("write 500ms, 10s, 2m or 1h30m"));
  }
}

TEST(DurationTest, AMissingUnitIsNamed) {
  EXPECT_THAT(std::string(ParseDuration("10").status().message()),
              testing::HasSubstr("it has no unit"));
}

TEST(DurationTest, PeopleReadThreeDigits) {
  EXPECT_EQ(FormatDuration(0ns), "0 us");
  EXPECT_EQ(FormatDuration(999us), "999 us");
  EXPECT_EQ(FormatDuration(532ms), "532 ms");
  EXPECT_EQ(FormatDuration(4310ms), "4.31 s");
  EXPECT_EQ(FormatDuration(42s), "42.0 s");
  EXPECT_EQ(FormatDuration(65s), "1m 05s");
  EXPECT_EQ(FormatDuration(2h + 3min), "2h 03m");
  EXPECT_EQ(FormatDuration(49h), "2d 01h");
}

TEST(DurationTest, ProtosKeepNanoseconds) {
  EXPECT_EQ(FromProto(ToProto(1500ms + 7ns)), 1500ms + 7ns);
  google::protobuf::Duration huge;
  huge.set_seconds(INT64_MAX);
  EXPECT_GT(FromProto(huge), 24h * 365 * 200);
}

}  // namespace
}  // namespace perfecthash
