#include "cli/fields.h"

#include <gtest/gtest.h>

namespace perfecthash {
namespace {

TEST(FieldsTest, EmptyValuesAreLeftOut) {
  Fields fields;
  fields.Add("Job", "jobs/1");
  fields.Add("Output", "");
  fields.Add("State", "RUNNING");
  EXPECT_EQ(fields.Format(), "Job    jobs/1\nState  RUNNING\n");
}

TEST(FieldsTest, StatesLoseTheirPrefix) {
  EXPECT_EQ(StateName(v1::Job::STATE_PARTIALLY_SUCCEEDED),
            "PARTIALLY_SUCCEEDED");
  EXPECT_EQ(StateName(v1::JobItem::STATE_FAILED), "FAILED");
}

TEST(FieldsTest, AStateOfANewerServerIsItsNumber) {
  EXPECT_EQ(StateName(static_cast<v1::Job::State>(99)), "99");
}

TEST(FieldsTest, TimesAreUtcAndEmptyWhenUnset) {
  google::protobuf::Timestamp time;
  EXPECT_EQ(FormatTime(time), "");
  time.set_seconds(1'700'000'000);
  EXPECT_EQ(FormatTime(time), "2023-11-14 22:13:20 UTC");
}

TEST(FieldsTest, DurationsAreEmptyWhenZero) {
  google::protobuf::Duration duration;
  EXPECT_EQ(FormatDuration(duration), "");
  duration.set_seconds(2);
  EXPECT_EQ(FormatDuration(duration), "2.00 s");
}

}  // namespace
}  // namespace perfecthash
