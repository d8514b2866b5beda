#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/job_fixture.h"

namespace perfecthash {
namespace {

using testing::HasSubstr;

using JobDownloadTest = JobFixture;

TEST_F(JobDownloadTest, DownloadOfARunningJobSaysSo) {
  server_.Hold();
  MakeJob({"a"});
  const CliResult result = Run({"job", "download", "fake1"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("is not done"));
}

TEST_F(JobDownloadTest, AJobWithoutTablesIsAFailureWithItsReason) {
  MakeJob({"bad"});
  TemporaryDirectory directory;
  const std::string out = directory.path() + "/out";
  const CliResult failed = Run({"job", "download", "fake1", "-O", out});
  EXPECT_EQ(failed.exit_code, 1);
  EXPECT_EQ(failed.out, "");
  EXPECT_THAT(failed.err,
              HasSubstr("jobs/fake1 made no tables, it is FAILED: no solution "
                        "in 10 attempts"));
  server_.Hold();
  MakeJob({"a"});
  EXPECT_EQ(Run({"job", "cancel", "fake2"}).exit_code, 0);
  const CliResult cancelled = Run({"job", "download", "fake2", "-O", out});
  EXPECT_EQ(cancelled.exit_code, 1);
  EXPECT_THAT(cancelled.err, HasSubstr("it is CANCELLED"));
}

}  // namespace
}  // namespace perfecthash
