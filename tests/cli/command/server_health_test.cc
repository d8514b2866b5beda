#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/job_fixture.h"

namespace perfecthash {
namespace {

using ServerHealthTest = JobFixture;

TEST_F(ServerHealthTest, HealthIsTheExitCode) {
  const CliResult good = Run({"server", "health"});
  EXPECT_EQ(good.exit_code, 0);
  EXPECT_EQ(good.out, "SERVING\n");
  const CliResult draining = Run({"server", "health", "--service", "draining"});
  EXPECT_EQ(draining.exit_code, 1);
  EXPECT_EQ(draining.out, "NOT_SERVING\n");
}

}  // namespace
}  // namespace perfecthash
