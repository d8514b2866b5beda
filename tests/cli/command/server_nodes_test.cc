#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/job_fixture.h"

namespace perfecthash {
namespace {

using testing::HasSubstr;

using ServerNodesTest = JobFixture;

TEST_F(ServerNodesTest, ShowsEachNodesCpus) {
  EXPECT_THAT(Run({"server", "nodes"}).out, HasSubstr("0,1"));
  EXPECT_EQ(Run({"server", "nodes", "-o", "name"}).out, "0\n");
}

}  // namespace
}  // namespace perfecthash
