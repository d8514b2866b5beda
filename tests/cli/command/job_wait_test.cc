#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/job_fixture.h"

namespace perfecthash {
namespace {

using JobWaitTest = JobFixture;

TEST_F(JobWaitTest, WaitReturnsTheJobsVerdict) {
  MakeJob({"a"});
  MakeJob({"a", "bad"});
  EXPECT_EQ(Run({"job", "wait", "fake1"}).exit_code, 0);
  EXPECT_EQ(Run({"job", "wait", "fake2"}).exit_code, 1);
}

TEST_F(JobWaitTest, WaitEndsWithTimeout) {
  server_.Hold();
  MakeJob({"a"});
  const CliResult result = Run({"job", "wait", "fake1", "--timeout", "200ms"});
  EXPECT_EQ(result.exit_code, 4);
}

}  // namespace
}  // namespace perfecthash
