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

}  // namespace
}  // namespace perfecthash
