#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/cli/cli_process.h"
#include "tests/cli/fake_server.h"

namespace perfecthash {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class JobTest : public testing::Test {
 protected:
  CliResult Run(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--address", server_.address()});
    return RunCli(arguments);
  }

  // A detached job of these items.
  void MakeJob(const std::vector<std::string>& items) {
    TemporaryDirectory directory;
    unsigned key = 0;
    for (const std::string& item : items) {
      directory.Write(item + ".keys", KeyBytes({++key}));
    }
    ASSERT_EQ(Run({"bulk", directory.path(), "--detach"}).exit_code, 0);
  }

  FakeServer server_;
};

TEST_F(JobTest, ListShowsJobsInEveryFormat) {
  MakeJob({"a"});
  MakeJob({"a", "bad"});
  EXPECT_THAT(Run({"job", "list"}).out,
              AllOf(HasSubstr("NAME"), HasSubstr("jobs/fake2")));
  EXPECT_EQ(Run({"job", "list", "-o", "name"}).out, "jobs/fake1\njobs/fake2\n");
  EXPECT_THAT(Run({"job", "list", "-o", "json"}).out, HasSubstr("\"jobs\": ["));
  const std::string lines = Run({"job", "list", "-o", "jsonl"}).out;
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 2);
  EXPECT_EQ(Run({"job", "list", "-o", "none"}).out, "");
}

TEST_F(JobTest, ListReadsAllPagesUpToTheLimit) {
  for (int i = 0; i < 3; ++i) MakeJob({"a"});
  EXPECT_EQ(Run({"job", "list", "-o", "name", "--page-size", "2"}).out,
            "jobs/fake1\njobs/fake2\njobs/fake3\n");
  EXPECT_EQ(server_.call_count("ListJobs"), 2);
  const CliResult two = Run({"job", "list", "-o", "json", "--limit", "2"});
  EXPECT_THAT(two.out, HasSubstr("\"nextPageToken\": \"2\""));
  EXPECT_EQ(Run({"job", "list", "-o", "name", "--page-token", "2"}).out,
            "jobs/fake3\n");
}

TEST_F(JobTest, ItemsCanBeFiltered) {
  MakeJob({"a", "bad"});
  EXPECT_EQ(Run({"job", "items", "fake1", "--filter", "state=STATE_FAILED",
                 "-o", "name"})
                .out,
            "jobs/fake1/items/1\n");
  EXPECT_THAT(Run({"job", "items", "jobs/fake1"}).out,
              AllOf(HasSubstr("SUCCEEDED"), HasSubstr("NO_SOLUTION")));
}

TEST_F(JobTest, GetShowsAnyStateAndIsNoJudgement) {
  MakeJob({"bad"});
  const CliResult result = Run({"job", "get", "fake1"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.out, HasSubstr("FAILED"));
}

TEST_F(JobTest, AnUnknownJobIsStatus5) {
  const CliResult result = Run({"job", "get", "nope"});
  EXPECT_EQ(result.exit_code, 64 + 5);
  EXPECT_THAT(result.err, AllOf(HasSubstr("there is no job jobs/nope"),
                                HasSubstr("NOT_FOUND, JOB_NOT_FOUND")));
}

TEST_F(JobTest, WaitReturnsTheJobsVerdict) {
  MakeJob({"a"});
  MakeJob({"a", "bad"});
  EXPECT_EQ(Run({"job", "wait", "fake1"}).exit_code, 0);
  EXPECT_EQ(Run({"job", "wait", "fake2"}).exit_code, 1);
}

TEST_F(JobTest, WaitEndsWithTimeout) {
  server_.Hold();
  MakeJob({"a"});
  const CliResult result = Run({"job", "wait", "fake1", "--timeout", "200ms"});
  EXPECT_EQ(result.exit_code, 4);
}

TEST_F(JobTest, CancelPassesTheReason) {
  server_.Hold();
  MakeJob({"a"});
  EXPECT_EQ(
      Run({"job", "cancel", "fake1", "--reason", "no longer needed"}).exit_code,
      0);
  EXPECT_EQ(server_.cancel_reason(), "no longer needed");
  EXPECT_EQ(Run({"job", "wait", "fake1"}).exit_code, 5);
}

TEST_F(JobTest, WatchPrintsEveryEventAsALine) {
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

TEST_F(JobTest, AJobThatTheServerForgotSaysWhy) {
  MakeJob({"a"});
  server_.FailNext("WatchJob", {.grpc_code = 5, .message = "no such job"});
  const CliResult result = Run({"job", "watch", "fake1"});
  EXPECT_EQ(result.exit_code, 64 + 5);
  EXPECT_THAT(result.err, HasSubstr("keeps jobs in memory"));
}

TEST_F(JobTest, DownloadOfARunningJobSaysSo) {
  server_.Hold();
  MakeJob({"a"});
  const CliResult result = Run({"job", "download", "fake1"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("is not done"));
}

}  // namespace
}  // namespace perfecthash
