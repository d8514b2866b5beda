#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/bulk_fixture.h"

namespace perfecthash {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

using ProgressTest = BulkFixture;

TEST_F(ProgressTest, ProgressLinesAreJsonOnStandardError) {
  WriteKeys(1);
  const CliResult result = RunCli(Bulk({"--progress", "json", "-o", "name"}));
  EXPECT_EQ(result.out, "jobs/fake1\n");
  for (const char* phase : {"read", "upload", "build", "download"}) {
    EXPECT_THAT(result.err, HasSubstr("{\"phase\":\"" + std::string(phase)));
  }
}

TEST_F(ProgressTest, PlainProgressHasALinePerPhase) {
  WriteKeys(2);
  const CliResult result = RunCli(Bulk());
  EXPECT_THAT(result.err, AllOf(HasSubstr("read 2 of 2 files"),
                                HasSubstr("build 2 of 2 tables"),
                                HasSubstr("download 2 of 2 tables")));
  EXPECT_THAT(result.err, Not(HasSubstr("\r")));
}

}  // namespace
}  // namespace perfecthash
