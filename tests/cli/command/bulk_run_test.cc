#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/bulk_fixture.h"

namespace perfecthash {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

using BulkRunTest = BulkFixture;

TEST_F(BulkRunTest, EveryKeyFileBecomesATableInItsOwnDirectory) {
  WriteKeys(3);
  const CliResult result = RunCli(Bulk());
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, AllOf(HasSubstr("3: 3 succeeded, 0 failed"),
                                HasSubstr("SUCCEEDED"), HasSubstr("Wall time"),
                                HasSubstr("6 files")));
  EXPECT_THAT(directory_.List("in_tables"),
              ElementsAre("k0/k0.h", "k0/k0.table", "k1/k1.h", "k1/k1.table",
                          "k2/k2.h", "k2/k2.table"));
  EXPECT_EQ(directory_.Read("in_tables/k1/k1.table"), KeyBytes({2, 70'000}));
}

TEST_F(BulkRunTest, WithoutAnyUsableFileThereIsNoJob) {
  directory_.Write("in/odd.keys", "12345");
  const CliResult result = RunCli(Bulk());
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("none of the 1 key files"));
  EXPECT_EQ(server_.call_count("RunBulkJob"), 0);
}

TEST_F(BulkRunTest, AnEmptyDirectoryIsAUsageError) {
  directory_.Write("in/readme.txt", "");
  const CliResult result = RunCli(Bulk());
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, AllOf(HasSubstr("there is no *.keys file"),
                                HasSubstr("--recursive")));
}

TEST_F(BulkRunTest, AMissingDirectoryIsAUsageError) {
  const CliResult result = RunCli(Bulk());
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("No such file or directory"));
}

TEST_F(BulkRunTest, SubdirectoriesComeWithRecursive) {
  directory_.Write("in/a/b/c.keys", KeyBytes({1}));
  EXPECT_EQ(RunCli(Bulk({"--recursive", "-O", "o"})).exit_code, 0);
  EXPECT_THAT(directory_.List("o"), ElementsAre("a/b/c/c.h", "a/b/c/c.table"));
}

TEST_F(BulkRunTest, DetachPrintsOnlyTheNameAndDownloadFetchesLater) {
  WriteKeys(2);
  EXPECT_EQ(RunCli(Bulk({"--detach", "-O", "o"})).exit_code, 2);
  const CliResult result = RunCli(Bulk({"--detach"}));
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out, "jobs/fake1\n");
  CliOptions download;
  download.working_directory = directory_.path();
  download.arguments = {"job", "download", "fake1",          "-O",
                        "o",   "-a",       server_.address()};
  EXPECT_EQ(RunCli(download).exit_code, 0);
  EXPECT_THAT(directory_.List("o"),
              ElementsAre("k0/k0.h", "k0/k0.table", "k1/k1.h", "k1/k1.table"));
}

TEST_F(BulkRunTest, AServerDirectoryStaysOnTheServer) {
  CliOptions options;
  options.arguments = {"bulk", "--server-directory", "/keys",
                       "-r",   "--server-output",    "/tables",
                       "-a",   server_.address(),    "--key-size",
                       "8"};
  const CliResult result = RunCli(options);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  const v1::ServerDirectory directory = server_.last_bulk_request().directory();
  EXPECT_EQ(directory.keys_path(), "/keys");
  EXPECT_EQ(directory.output_path(), "/tables");
  EXPECT_TRUE(directory.recursive());
  EXPECT_EQ(directory.key_size_bytes(), 8);
  EXPECT_EQ(server_.call_count("DownloadArtifacts"), 0);
}

TEST_F(BulkRunTest, LocalAndServerKeysExcludeEachOther) {
  EXPECT_EQ(RunCli(Bulk({"--server-directory", "/keys"})).exit_code, 2);
  EXPECT_EQ(RunCli(std::vector<std::string>{"bulk"}).exit_code, 2);
  EXPECT_EQ(RunCli(Bulk({"--server-output", "/x"})).exit_code, 2);
}

TEST_F(BulkRunTest, ValidateOnlyMakesNoJob) {
  WriteKeys(1);
  const CliResult result = RunCli(Bulk({"--validate-only", "-o", "json"}));
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_TRUE(server_.last_bulk_request().validate_only());
  EXPECT_THAT(result.out, HasSubstr("\"name\": \"\""));
}

TEST_F(BulkRunTest, TooManyFilesForOneJobAreRefusedHere) {
  v1::Limits limits;
  limits.set_max_items_per_job(2);
  server_.set_limits(limits);
  WriteKeys(3);
  const CliResult result = RunCli(Bulk());
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("3 key files are more than the 2"));
  EXPECT_EQ(server_.call_count("UploadKeySets"), 0);
}

}  // namespace
}  // namespace perfecthash
