#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/bulk_fixture.h"

namespace perfecthash {
namespace {

using testing::AllOf;
using testing::HasSubstr;

using JobRunTest = BulkFixture;

TEST_F(JobRunTest, JsonIsTheReport) {
  WriteKeys(1);
  const CliResult result = RunCli(Bulk({"-o", "json", "--progress", "none"}));
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.err, "");
  EXPECT_THAT(
      result.out,
      AllOf(HasSubstr("\"state\": \"STATE_SUCCEEDED\""),
            HasSubstr("\"itemsFailed\": \"0\""), HasSubstr("\"failures\": []"),
            HasSubstr("\"files\": \"2\""), HasSubstr("\"wallDuration\"")));
}

TEST_F(JobRunTest, AnOutputThatIsAFileFailsBeforeTheWork) {
  WriteKeys(1);
  directory_.Write("file", "");
  const CliResult result = RunCli(Bulk({"-O", "file"}));
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(server_.call_count("RunBulkJob"), 0);
}

TEST_F(JobRunTest, ARefusalTellsReasonAndWhenToTryAgain) {
  WriteKeys(1);
  server_.FailNext("RunBulkJob", {.grpc_code = 8,
                                  .message = "the queue is full",
                                  .reason = "QUEUE_FULL",
                                  .retry_seconds = 3});
  const CliResult result = RunCli(Bulk());
  EXPECT_EQ(result.exit_code, 64 + 8);
  EXPECT_THAT(result.err,
              AllOf(HasSubstr("the queue is full"),
                    HasSubstr("RESOURCE_EXHAUSTED, QUEUE_FULL, limit=7"),
                    HasSubstr("try again in 3.00 s")));
}

}  // namespace
}  // namespace perfecthash
