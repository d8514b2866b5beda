#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/cli/job_fixture.h"

namespace perfecthash {
namespace {

using testing::AllOf;
using testing::HasSubstr;

using JobWatchTest = JobFixture;

TEST_F(JobWatchTest, WatchPrintsEveryEventAsALine) {
  MakeJob({"a"});
  const CliResult result =
      Run({"job", "watch", "fake1", "-o", "jsonl", "--after-revision", "7",
           "--item-events", "all", "--min-interval", "20ms"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(std::count(result.out.begin(), result.out.end(), '\n'), 3);
  EXPECT_THAT(result.out,
              AllOf(HasSubstr("\"snapshot\":{"), HasSubstr("\"progress\":{"),
                    HasSubstr("\"done\":{")));
  EXPECT_EQ(server_.watched_revisions(), std::vector<std::int64_t>{7});
  EXPECT_EQ(server_.last_watch_options().item_events(), v1::ITEM_EVENTS_ALL);
}

TEST_F(JobWatchTest, AJobThatTheServerForgotSaysWhy) {
  MakeJob({"a"});
  server_.FailNext("WatchJob", {.grpc_code = 5, .message = "no such job"});
  const CliResult result = Run({"job", "watch", "fake1"});
  EXPECT_EQ(result.exit_code, 64 + 5);
  EXPECT_THAT(result.err, HasSubstr("keeps jobs in memory"));
}

}  // namespace
}  // namespace perfecthash
