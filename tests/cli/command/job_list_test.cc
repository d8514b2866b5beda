#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/cli/job_fixture.h"

namespace perfecthash {
namespace {

using testing::AllOf;
using testing::HasSubstr;

using JobListTest = JobFixture;

TEST_F(JobListTest, ListShowsJobsInEveryFormat) {
  MakeJob({"a"});
  MakeJob({"a", "bad"});
  EXPECT_THAT(Run({"job", "list"}).out,
              AllOf(HasSubstr("NAME"), HasSubstr("jobs/fake2")));
  EXPECT_EQ(Run({"job", "list", "-o", "name"}).out, "jobs/fake1\njobs/fake2\n");
  EXPECT_THAT(Run({"job", "list", "-o", "json"}).out, HasSubstr("\"jobs\": ["));
  const std::string lines = Run({"job", "list", "-o", "jsonl"}).out;
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 2);
  EXPECT_EQ(Run({"job", "list", "-o", "none"}).out, "");
}

TEST_F(JobListTest, ListReadsAllPagesUpToTheLimit) {
  for (int i = 0; i < 3; ++i) MakeJob({"a"});
  EXPECT_EQ(Run({"job", "list", "-o", "name", "--page-size", "2"}).out,
            "jobs/fake1\njobs/fake2\njobs/fake3\n");
  EXPECT_EQ(server_.call_count("ListJobs"), 2);
  const CliResult two = Run({"job", "list", "-o", "json", "--limit", "2"});
  EXPECT_THAT(two.out, HasSubstr("\"nextPageToken\": \"2\""));
  EXPECT_EQ(Run({"job", "list", "-o", "name", "--page-token", "2"}).out,
            "jobs/fake3\n");
}

}  // namespace
}  // namespace perfecthash
