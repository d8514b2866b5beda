#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/job_fixture.h"

namespace perfecthash {
namespace {

using testing::AllOf;
using testing::HasSubstr;

using ServerWorkTest = JobFixture;

TEST_F(ServerWorkTest, ShowsUnfinishedTablesWithTheirStage) {
  EXPECT_THAT(Run({"server", "work"}).out,
              AllOf(HasSubstr("hard"), HasSubstr("solve"),
                    HasSubstr("1 of 1 unfinished tables")));
  EXPECT_EQ(Run({"server", "work", "-o", "name"}).out, "jobs/fake1/items/0\n");
}

}  // namespace
}  // namespace perfecthash
