#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/job_fixture.h"

namespace perfecthash {
namespace {

using JobCancelTest = JobFixture;

TEST_F(JobCancelTest, CancelPassesTheReason) {
  server_.Hold();
  MakeJob({"a"});
  EXPECT_EQ(
      Run({"job", "cancel", "fake1", "--reason", "no longer needed"}).exit_code,
      0);
  EXPECT_EQ(server_.cancel_reason(), "no longer needed");
  EXPECT_EQ(Run({"job", "wait", "fake1"}).exit_code, 5);
}

}  // namespace
}  // namespace perfecthash
