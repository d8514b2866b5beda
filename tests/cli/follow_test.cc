#include <gmock/gmock.h>
#include <grpcpp/support/status.h>
#include <gtest/gtest.h>

#include "tests/cli/bulk_fixture.h"

namespace perfecthash {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

using FollowTest = BulkFixture;

TEST_F(FollowTest, ABrokenWatchIsAttachedAgainWhereItWas) {
  WriteKeys(2);
  server_.FailNext("RunBulkJob", {.after_messages = 1});
  server_.FailNext("WatchJob", {.after_messages = 2});
  const CliResult result = RunCli(Bulk());
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("attaching to jobs/fake1 again"));
  EXPECT_THAT(server_.watched_revisions(), ElementsAre(1, 2));
  EXPECT_EQ(directory_.List("in_tables").size(), 4u);
}

TEST_F(FollowTest, ABreakBeforeTheJobsNameFindsTheSameJob) {
  WriteKeys(1);
  server_.FailNext("RunBulkJob", {.after_messages = 0});
  const CliResult result = RunCli(Bulk({"-v", "-o", "name"}));
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out, "jobs/fake1\n");
  EXPECT_EQ(server_.call_count("RunBulkJob"), 2);
}

TEST_F(FollowTest, AWatchThatTheServerDroppedIsAttachedAgain) {
  WriteKeys(1);
  server_.FailNext("RunBulkJob",
                   {.after_messages = 1, .grpc_code = grpc::CANCELLED});
  const CliResult result = RunCli(Bulk());
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(server_.call_count("WatchJob"), 1);
}

TEST_F(FollowTest, ReattachingIsBounded) {
  WriteKeys(1);
  for (int i = 0; i < 20; ++i) server_.FailNext("WatchJob", {});
  server_.FailNext("RunBulkJob", {.after_messages = 1});
  const CliResult result = RunCli(Bulk({"--reattach-timeout", "500ms"}));
  EXPECT_EQ(result.exit_code, 64 + 14);
  EXPECT_THAT(result.err, AllOf(HasSubstr("ended with the server, or cannot be "
                                          "reached; run it again"),
                                HasSubstr("perfecthash job get jobs/fake1"),
                                Not(HasSubstr("goes on;"))));
}

TEST_F(FollowTest, AStoppingServerTakesTheJobWithIt) {
  WriteKeys(1);
  for (int i = 0; i < 20; ++i) server_.FailNext("WatchJob", {});
  server_.FailNext("RunBulkJob",
                   {.after_messages = 1,
                    .message = "the server is stopping; its jobs end with it",
                    .is_stopping = true});
  const CliResult result = RunCli(Bulk({"--reattach-timeout", "500ms"}));
  EXPECT_EQ(result.exit_code, 64 + 14);
  EXPECT_THAT(result.err,
              AllOf(HasSubstr("jobs/fake1 ended with the server"),
                    HasSubstr("run it again"), Not(HasSubstr("goes on;"))));
}

TEST_F(FollowTest, AnInterruptAfterABreakDoesNotClaimThatTheJobGoesOn) {
  WriteKeys(1);
  for (int i = 0; i < 20; ++i) server_.FailNext("WatchJob", {});
  server_.FailNext("RunBulkJob", {.after_messages = 1});
  CliProcess process(Bulk());
  ASSERT_TRUE(process.AwaitError("the stream broke"));
  process.Interrupt();
  const CliResult result = process.Wait();
  EXPECT_EQ(result.exit_code, 130);
  EXPECT_THAT(result.err, AllOf(HasSubstr("or cannot be reached"),
                                Not(HasSubstr("goes on;"))));
}

TEST_F(FollowTest, TimeoutLeavesTheJobAlone) {
  WriteKeys(1);
  server_.Hold();
  const CliResult result = RunCli(Bulk({"--timeout", "300ms"}));
  EXPECT_EQ(result.exit_code, 4);
  EXPECT_THAT(result.err, AllOf(HasSubstr("--timeout 300 ms has passed"),
                                HasSubstr("perfecthash job watch jobs/fake1")));
  EXPECT_EQ(server_.call_count("CancelJob"), 0);
}

TEST_F(FollowTest, FailedTablesAreListedAndTheRestIsWritten) {
  WriteKeys(2);
  directory_.Write("in/bad.keys", KeyBytes({9}));
  const CliResult result = RunCli(Bulk());
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("failed: bad: no solution in 10 attempts "
                                    "(RESOURCE_EXHAUSTED, NO_SOLUTION)"));
  EXPECT_THAT(result.out,
              AllOf(HasSubstr("PARTIALLY_SUCCEEDED"),
                    HasSubstr("3: 2 succeeded, 1 failed"),
                    HasSubstr("FAILED TABLE"), HasSubstr("NO_SOLUTION")));
  EXPECT_EQ(directory_.List("in_tables").size(), 4u);
}

}  // namespace
}  // namespace perfecthash
