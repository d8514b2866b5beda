// The small pieces of text of the API: ids, tokens, filters, digests, times.
#include <gtest/gtest.h>

#include <limits>
#include <set>

#include "engine/base/error_reason.h"
#include "service/digest.h"
#include "service/job_filter.h"
#include "service/page_token.h"
#include "service/proto_time.h"
#include "service/uuid.h"

namespace perfecthash {
namespace {

TEST(UuidTest, LaterOnesAreGreater) {
  std::string last;
  for (int i = 0; i < 10'000; ++i) {
    const std::string next = NewUuid();
    ASSERT_TRUE(IsUuid(next)) << next;
    ASSERT_EQ(next[14], '7');
    ASSERT_LT(last, next);
    last = next;
  }
}

TEST(UuidTest, RefusesWhatIsNone) {
  EXPECT_FALSE(IsUuid(""));
  EXPECT_FALSE(IsUuid("0190b7c8-0000-7000-8000-00000000000"));
  EXPECT_FALSE(IsUuid("0190b7c8-0000-7000-8000-00000000000g"));
  EXPECT_FALSE(IsUuid("../../../../../../../../../../../etc"));
  EXPECT_TRUE(IsUuid("0190B7C8-0000-4000-8000-00000000000A"));
}

TEST(PageTokenTest, BelongsToItsList) {
  const std::string token = MakePageToken("items of a", "17");
  EXPECT_EQ(*ReadPageToken("items of a", token), "17");
  EXPECT_EQ(*ReadPageToken("items of a", ""), "");
  for (const std::string& wrong : {token + "x", std::string("!"), token}) {
    const auto position = ReadPageToken("items of b", wrong);
    ASSERT_FALSE(position.ok());
    EXPECT_EQ(ReasonOf(position.status()), "PAGE_TOKEN_INVALID");
  }
}

TEST(PageTokenTest, PageSizesAreClamped) {
  EXPECT_EQ(*ReadPageSize(0, 100, 1000), 100);
  EXPECT_EQ(*ReadPageSize(5000, 100, 1000), 1000);
  EXPECT_EQ(*ReadPageSize(7, 100, 1000), 7);
  EXPECT_FALSE(ReadPageSize(-1, 100, 1000).ok());
}

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

TEST(DigestTest, ReadsWhatToHexWrites) {
  const Sha256Digest digest = Sha256({});
  EXPECT_EQ(ParseHexDigest(ToHex(digest)), digest);
  EXPECT_FALSE(ParseHexDigest(ToHex(digest).substr(1)).has_value());
  EXPECT_FALSE(ParseHexDigest(std::string(64, 'g')).has_value());
  EXPECT_EQ(*ReadDigest(std::string(digest.begin(), digest.end()), "sha256"),
            digest);
  EXPECT_FALSE(ReadDigest("short", "sha256").ok());
}

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
