#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/job_fixture.h"

namespace perfecthash {
namespace {

using testing::HasSubstr;

using ServerDrainNodeTest = JobFixture;

TEST_F(ServerDrainNodeTest, ADrainedNodeIsShownUntilItIsResumed) {
  EXPECT_THAT(Run({"server", "drain-node", "0"}).out, HasSubstr("drained"));
  EXPECT_THAT(Run({"server", "nodes"}).out, HasSubstr("drained"));
  EXPECT_THAT(Run({"server", "resume-node", "0"}).out,
              testing::Not(HasSubstr("drained")));
  EXPECT_EQ(Run({"server", "drain-node", "0", "-o", "name"}).out, "0\n");
}

TEST_F(ServerDrainNodeTest, ANodeIsANumber) {
  const auto run = Run({"server", "drain-node", "first"});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.err, HasSubstr("NODE"));
}

TEST_F(ServerDrainNodeTest, AnUnknownNodeIsTheServersError) {
  EXPECT_EQ(Run({"server", "drain-node", "7"}).exit_code, 64 + 3);
}

}  // namespace
}  // namespace perfecthash
