#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/job_fixture.h"

namespace perfecthash {
namespace {

using testing::AllOf;
using testing::HasSubstr;

using JobGetTest = JobFixture;

TEST_F(JobGetTest, GetShowsAnyStateAndIsNoJudgement) {
  MakeJob({"bad"});
  const CliResult result = Run({"job", "get", "fake1"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.out, HasSubstr("FAILED"));
}

TEST_F(JobGetTest, AnUnknownJobIsStatus5) {
  const CliResult result = Run({"job", "get", "nope"});
  EXPECT_EQ(result.exit_code, 64 + 5);
  EXPECT_THAT(result.err, AllOf(HasSubstr("there is no job jobs/nope"),
                                HasSubstr("NOT_FOUND, JOB_NOT_FOUND")));
}

}  // namespace
}  // namespace perfecthash
