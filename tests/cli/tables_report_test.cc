#include "cli/tables_report.h"

#include <gmock/gmock.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include "cli/tables_csv.h"
#include "tests/cli/bulk_fixture.h"

namespace perfecthash {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

using TablesReportTest = BulkFixture;

TEST_F(TablesReportTest, ABulkRunWritesARowPerTable) {
  WriteKeys(3);
  directory_.Write("in/bad.keys", KeyBytes({1, 9}));
  const CliResult result =
      RunCli(Bulk({"--report", directory_.path() + "/r.csv", "-o", "json"}));
  EXPECT_EQ(result.exit_code, 1) << result.err;
  EXPECT_THAT(result.out, HasSubstr("\"reportPath\": \""));
  const std::string csv = directory_.Read("r.csv");
  EXPECT_THAT(csv, StartsWith(CsvHeader()));
  EXPECT_THAT(csv, HasSubstr("\r\n0,bad,FAILED,NO_SOLUTION,"));
  EXPECT_THAT(csv, HasSubstr("\r\n3,k2,SUCCEEDED,"));
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 5);
  EXPECT_THAT(directory_.List(""), Not(Contains(HasSubstr(".tmp"))));
}

TEST_F(TablesReportTest, JsonIsTheMessageOfTheReport) {
  WriteKeys(2);
  const CliResult result =
      RunCli(Bulk({"--report", directory_.path() + "/r.json"}));
  EXPECT_EQ(result.exit_code, 0) << result.err;
  cli::TablesReport report;
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(
                  directory_.Read("r.json"), &report)
                  .ok());
  EXPECT_EQ(report.job().name(), "jobs/fake1");
  ASSERT_EQ(report.job_items_size(), 2);
  EXPECT_EQ(report.job_items(1).item_id(), "k1");
}

TEST_F(TablesReportTest, CreateWritesOneToo) {
  directory_.Write("in/k.keys", KeyBytes({1, 2}));
  CliOptions options;
  options.working_directory = directory_.path();
  options.arguments = {"create",          "in/k.keys", "--address",
                       server_.address(), "--report",  "r.csv"};
  EXPECT_EQ(RunCli(options).exit_code, 0);
  EXPECT_THAT(directory_.Read("r.csv"), HasSubstr("\r\n0,k,SUCCEEDED,"));
}

TEST_F(TablesReportTest, WhatIsWrongWithItIsKnownBeforeTheWork) {
  WriteKeys(1);
  for (const std::vector<std::string>& flags :
       {std::vector<std::string>{"--report", "r.txt"},
        {"--report", "r.csv", "--detach"},
        {"--report", "r.csv", "--validate-only"}}) {
    EXPECT_EQ(RunCli(Bulk(flags)).exit_code, 2) << flags.back();
  }
  EXPECT_EQ(RunCli(Bulk({"--report", "none/r.csv"})).exit_code, 1);
  EXPECT_EQ(server_.call_count("RunBulkJob"), 0);
  EXPECT_EQ(server_.call_count("CreateBulkJob"), 0);
}

TEST_F(TablesReportTest, AReportThatIsCutLeavesNoFile) {
  WriteKeys(1);
  server_.FailNext("ListJobItems", {.grpc_code = 13});
  const CliResult result =
      RunCli(Bulk({"--report", directory_.path() + "/r.csv"}));
  EXPECT_NE(result.exit_code, 0);
  EXPECT_THAT(directory_.List(""), Not(Contains(StartsWith("r.csv"))));
}

}  // namespace
}  // namespace perfecthash
