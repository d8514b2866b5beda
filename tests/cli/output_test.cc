#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/bulk_fixture.h"

namespace perfecthash {
namespace {

using testing::HasSubstr;

using OutputTest = BulkFixture;

TEST_F(OutputTest, AFullStandardOutputFailsButNotTheDownload) {
  WriteKeys(2);
  CliOptions options = Bulk();
  // Every write fails.
  options.arguments.insert(options.arguments.end(), {"-o", "json"});
  options.standard_output = "/dev/full";
  const CliResult result = RunCli(options);
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("standard output"));
  EXPECT_EQ(directory_.List("in_tables").size(), 4u);
}

TEST_F(OutputTest, AReaderThatWentAwayIsNoFailure) {
  WriteKeys(2);
  CliOptions options = Bulk();
  options.arguments.insert(options.arguments.end(), {"-o", "json"});
  options.is_reader_gone = true;
  const CliResult result = RunCli(options);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(directory_.List("in_tables").size(), 4u);
}

}  // namespace
}  // namespace perfecthash
