#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/bulk_fixture.h"

namespace perfecthash {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

using DownloadTest = BulkFixture;

TEST_F(DownloadTest, ABrokenDownloadGoesOnAtItsTable) {
  WriteKeys(3);
  // 4 messages per table: the break comes within the second.
  server_.FailNext("DownloadArtifacts", {.after_messages = 6});
  const CliResult result = RunCli(Bulk({"-o", "json"}));
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(server_.first_item_indices(), ElementsAre(0, 1));
  EXPECT_EQ(directory_.List("in_tables").size(), 6u);
  EXPECT_THAT(result.out, HasSubstr("\"tables\": \"3\""));
  EXPECT_THAT(result.out, HasSubstr("\"directory\": \"in_tables\""));
}

TEST_F(DownloadTest, DamagedFilesAreNotWritten) {
  WriteKeys(2);
  server_.DamageFilesOf("k1");
  const CliResult result = RunCli(Bulk());
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, AllOf(HasSubstr("arrived damaged"),
                                HasSubstr("perfecthash job download")));
  EXPECT_THAT(directory_.List("in_tables"),
              ElementsAre("k0/k0.h", "k0/k0.table"));
}

TEST_F(DownloadTest, MissingTablesAreNoticed) {
  WriteKeys(2);
  server_.LoseFilesOf("k1");
  const CliResult result = RunCli(Bulk());
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("the files of 1 tables, not of all 2"));
}

TEST_F(DownloadTest, LargeTablesComeInChunks) {
  WriteKeys(1);
  server_.set_table_bytes(5'000'000);
  EXPECT_EQ(RunCli(Bulk()).exit_code, 0);
  EXPECT_EQ(directory_.Read("in_tables/k0/k0.table").size(), 5'000'000u);
}

}  // namespace
}  // namespace perfecthash
