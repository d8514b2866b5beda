#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/job_fixture.h"

namespace perfecthash {
namespace {

using testing::AllOf;
using testing::HasSubstr;

using JobItemsTest = JobFixture;

TEST_F(JobItemsTest, ItemsCanBeFiltered) {
  MakeJob({"a", "bad"});
  EXPECT_EQ(Run({"job", "items", "fake1", "--filter", "state=STATE_FAILED",
                 "-o", "name"})
                .out,
            "jobs/fake1/items/1\n");
  EXPECT_THAT(Run({"job", "items", "jobs/fake1"}).out,
              AllOf(HasSubstr("SUCCEEDED"), HasSubstr("NO_SOLUTION")));
}

}  // namespace
}  // namespace perfecthash
