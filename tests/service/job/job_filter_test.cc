#include "service/job/job_filter.h"

#include <gtest/gtest.h>

#include "engine/base/error_reason.h"

namespace perfecthash {
namespace {

TEST(JobFilterTest, AllTermsMustHold) {
  const auto filter = JobFilter::Parse(
      "state=STATE_RUNNING AND kind=KIND_BULK AND labels.owner=\"a b\"");
  ASSERT_TRUE(filter.ok()) << filter.status();
  google::protobuf::Map<std::string, std::string> labels;
  labels["owner"] = "a b";
  const auto running = v1::Job::STATE_RUNNING;
  EXPECT_TRUE(filter->Matches(running, v1::Job::KIND_BULK, labels));
  EXPECT_FALSE(filter->Matches(running, v1::Job::KIND_TABLE, labels));
  EXPECT_FALSE(
      filter->Matches(v1::Job::STATE_FAILED, v1::Job::KIND_BULK, labels));
  EXPECT_FALSE(filter->Matches(running, v1::Job::KIND_BULK, {}));
}

TEST(JobFilterTest, EmptyLetsAllThrough) {
  EXPECT_TRUE(JobFilter::Parse(" ")->Matches(v1::Job::STATE_FAILED,
                                             v1::Job::KIND_TABLE, {}));
}

TEST(JobFilterTest, RefusesWhatItDoesNotKnow) {
  for (const char* text : {"state", "state=RUNNING", "size>3", "state=",
                           "state=STATE_RUNNING OR kind=KIND_BULK", " AND "}) {
    const auto filter = JobFilter::Parse(text);
    ASSERT_FALSE(filter.ok()) << text;
    EXPECT_EQ(ReasonOf(filter.status()), "FILTER_INVALID");
  }
}

TEST(JobFilterTest, ItemsByState) {
  EXPECT_FALSE(ParseItemFilter("")->has_value());
  EXPECT_EQ(**ParseItemFilter("state=STATE_FAILED"), v1::JobItem::STATE_FAILED);
  EXPECT_FALSE(ParseItemFilter("kind=KIND_BULK").ok());
  EXPECT_FALSE(
      ParseItemFilter("state=STATE_FAILED AND state=STATE_QUEUED").ok());
}

}  // namespace
}  // namespace perfecthash
