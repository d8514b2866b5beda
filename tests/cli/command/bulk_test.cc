#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/bulk_fixture.h"

namespace perfecthash {
namespace {

using BulkTest = BulkFixture;

TEST_F(BulkTest, FlagsReachTheRequest) {
  WriteKeys(1);
  EXPECT_EQ(RunCli(Bulk({"--hash-function", "Jenkins", "--max-concurrency",
                         "64", "--priority", "2", "--label", "a=b",
                         "--increase-lanes-after", "1s", "--emit", "none"}))
                .exit_code,
            0);
  const v1::CreateBulkJobRequest request = server_.last_bulk_request();
  EXPECT_EQ(request.table_options().hash_function(), "Jenkins");
  EXPECT_EQ(request.table_options().file_io(), v1::FILE_IO_NONE);
  EXPECT_EQ(request.concurrency_limits().max_concurrent_tables(), 64);
  EXPECT_EQ(request.concurrency_limits().increase_lanes_after().seconds(), 1);
  EXPECT_EQ(request.scheduling_policy().priority(), 2);
  EXPECT_EQ(request.labels().at("a"), "b");
  EXPECT_EQ(request.items(0).item_id(), "k0");
  EXPECT_EQ(request.request_id().size(), 36u);
}

TEST_F(BulkTest, FlagsMayComeFromTheEnvironment) {
  WriteKeys(1);
  CliOptions options = Bulk();
  options.environment = {{"PERFECTHASH_FILE_IO", "none"},
                         {"PERFECTHASH_MAX_LANES", "3"}};
  EXPECT_EQ(RunCli(options).exit_code, 0);
  EXPECT_EQ(
      server_.last_bulk_request().concurrency_limits().max_lanes_per_table(),
      3);
  EXPECT_EQ(server_.call_count("DownloadArtifacts"), 0);
}

}  // namespace
}  // namespace perfecthash
