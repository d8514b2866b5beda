#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/job_fixture.h"

namespace perfecthash {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

using JobReportTest = JobFixture;

TEST_F(JobReportTest, CsvComesOnStandardOutput) {
  MakeJob({"a", "bad"});
  const CliResult result = Run({"job", "report", "fake1"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, StartsWith("item_index,item_id,state,"));
  EXPECT_THAT(result.out, HasSubstr("\r\n0,a,SUCCEEDED,,,0,1,"));
  EXPECT_THAT(result.out, HasSubstr("\r\n1,bad,FAILED,NO_SOLUTION,"));
}

TEST_F(JobReportTest, JsonComesWhereItIsAskedFor) {
  MakeJob({"a"});
  EXPECT_THAT(Run({"job", "report", "jobs/fake1", "-o", "json"}).out,
              HasSubstr("\"jobItems\": ["));
}

TEST_F(JobReportTest, AFileIsWrittenInstead) {
  MakeJob({"a"});
  TemporaryDirectory directory;
  const std::string path = directory.path() + "/r.csv";
  const CliResult result = Run({"job", "report", "fake1", "--report", path});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(result.err, HasSubstr("the report of 1 tables is in " + path));
  EXPECT_THAT(directory.Read("r.csv"), HasSubstr("\r\n0,a,SUCCEEDED,"));
  EXPECT_EQ(Run({"job", "report", "fake1", "--report", "r.xml"}).exit_code, 2);
}

}  // namespace
}  // namespace perfecthash
