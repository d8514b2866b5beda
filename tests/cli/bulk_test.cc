#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/cli/cli_process.h"
#include "tests/cli/fake_server.h"

namespace perfecthash {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class BulkTest : public testing::Test {
 protected:
  // Runs `bulk` on in/ into out/, with more arguments.
  CliOptions Bulk(const std::vector<std::string>& more = {}) {
    CliOptions options;
    options.working_directory = directory_.path();
    options.arguments = {"bulk", directory_.path() + "/in", "--address",
                         server_.address()};
    options.arguments.insert(options.arguments.end(), more.begin(), more.end());
    return options;
  }

  void WriteKeys(int count) {
    for (int i = 0; i < count; ++i) {
      directory_.Write("in/k" + std::to_string(i) + ".keys",
                       KeyBytes({1u + static_cast<unsigned>(i), 70'000}));
    }
  }

  TemporaryDirectory directory_;
  FakeServer server_;
};

TEST_F(BulkTest, EveryKeyFileBecomesATableInItsOwnDirectory) {
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

TEST_F(BulkTest, AWarmServerGetsNothingTwice) {
  WriteKeys(3);
  EXPECT_EQ(RunCli(Bulk()).exit_code, 0);
  const CliResult result = RunCli(Bulk());
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(server_.call_count("UploadKeySets"), 1);
  EXPECT_THAT(result.out, HasSubstr("3 were there already"));
}

TEST_F(BulkTest, DigestsAreAskedInBatches) {
  v1::Limits limits;
  limits.set_max_digests_per_call(2);
  server_.set_limits(limits);
  WriteKeys(5);
  EXPECT_EQ(RunCli(Bulk()).exit_code, 0);
  EXPECT_EQ(server_.call_count("FindMissingKeySets"), 3);
  EXPECT_EQ(server_.key_set_count(), 5);
}

TEST_F(BulkTest, ThousandsOfFilesShareMessagesAndOneStream) {
  WriteKeys(3000);
  directory_.Write("in/large.keys", std::string(3 << 20, 'k'));
  const CliResult result = RunCli(Bulk({"--file-io", "none"}));
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(server_.key_set_count(), 3001);
  EXPECT_EQ(server_.call_count("UploadKeySets"), 1);
  EXPECT_LE(server_.upload_message_bytes_max(), std::size_t{1} << 20);
  EXPECT_EQ(server_.call_count("DownloadArtifacts"), 0);
  EXPECT_FALSE(std::filesystem::exists(directory_.path() + "/in_tables"));
}

TEST_F(BulkTest, FailedTablesAreListedAndTheRestIsWritten) {
  WriteKeys(2);
  directory_.Write("in/bad.keys", KeyBytes({9}));
  const CliResult result = RunCli(Bulk());
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("failed: bad: no solution in 10 attempts "
                                    "(RESOURCE_EXHAUSTED, NO_SOLUTION)"));
  EXPECT_THAT(result.out,
              AllOf(HasSubstr("PARTIALLY_SUCCEEDED"),
                    HasSubstr("3: 2 succeeded, 1 failed"),
                    HasSubstr("FAILED TABLE"), HasSubstr("NO_SOLUTION")));
  EXPECT_EQ(directory_.List("in_tables").size(), 4u);
}

TEST_F(BulkTest, FilesThatCannotBeSentAreNamedAndTheRestGoesOn) {
  WriteKeys(1);
  directory_.Write("in/odd.keys", "12345");
  directory_.Write("in/empty.keys", "");
  directory_.Write("in/refused.keys", "refuse!!");
  const CliResult result = RunCli(Bulk());
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, AllOf(HasSubstr("odd.keys: 5 bytes"),
                                HasSubstr("empty.keys: it is empty"),
                                HasSubstr("the fake refuses it")));
  EXPECT_THAT(result.out, AllOf(HasSubstr("LEFT OUT"), HasSubstr("odd.keys"),
                                HasSubstr("1: 1 succeeded")));
  EXPECT_EQ(directory_.List("in_tables").size(), 2u);
}

TEST_F(BulkTest, WithoutAnyUsableFileThereIsNoJob) {
  directory_.Write("in/odd.keys", "12345");
  const CliResult result = RunCli(Bulk());
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("none of the 1 key files"));
  EXPECT_EQ(server_.call_count("RunBulkJob"), 0);
}

TEST_F(BulkTest, AnEmptyDirectoryIsAUsageError) {
  directory_.Write("in/readme.txt", "");
  const CliResult result = RunCli(Bulk());
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, AllOf(HasSubstr("there is no *.keys file"),
                                HasSubstr("--recursive")));
}

TEST_F(BulkTest, AMissingDirectoryIsAUsageError) {
  const CliResult result = RunCli(Bulk());
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("No such file or directory"));
}

TEST_F(BulkTest, SubdirectoriesComeWithRecursive) {
  directory_.Write("in/a/b/c.keys", KeyBytes({1}));
  EXPECT_EQ(RunCli(Bulk({"--recursive", "-O", "o"})).exit_code, 0);
  EXPECT_THAT(directory_.List("o"), ElementsAre("a/b/c/c.h", "a/b/c/c.table"));
}

TEST_F(BulkTest, AnOutputThatIsAFileFailsBeforeTheWork) {
  WriteKeys(1);
  directory_.Write("file", "");
  const CliResult result = RunCli(Bulk({"-O", "file"}));
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(server_.call_count("RunBulkJob"), 0);
}

TEST_F(BulkTest, DetachPrintsOnlyTheNameAndDownloadFetchesLater) {
  WriteKeys(2);
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

TEST_F(BulkTest, AServerDirectoryStaysOnTheServer) {
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

TEST_F(BulkTest, LocalAndServerKeysExcludeEachOther) {
  EXPECT_EQ(RunCli(Bulk({"--server-directory", "/keys"})).exit_code, 2);
  EXPECT_EQ(RunCli(std::vector<std::string>{"bulk"}).exit_code, 2);
  EXPECT_EQ(RunCli(Bulk({"--server-output", "/x"})).exit_code, 2);
}

TEST_F(BulkTest, ValidateOnlyMakesNoJob) {
  WriteKeys(1);
  const CliResult result = RunCli(Bulk({"--validate-only", "-o", "json"}));
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_TRUE(server_.last_bulk_request().validate_only());
  EXPECT_THAT(result.out, HasSubstr("\"name\": \"\""));
}

TEST_F(BulkTest, TooManyFilesForOneJobAreRefusedHere) {
  v1::Limits limits;
  limits.set_max_items_per_job(2);
  server_.set_limits(limits);
  WriteKeys(3);
  const CliResult result = RunCli(Bulk());
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("3 key files are more than the 2"));
  EXPECT_EQ(server_.call_count("UploadKeySets"), 0);
}

TEST_F(BulkTest, JsonIsTheReport) {
  WriteKeys(1);
  const CliResult result = RunCli(Bulk({"-o", "json", "--progress", "none"}));
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.err, "");
  EXPECT_THAT(
      result.out,
      AllOf(HasSubstr("\"state\": \"STATE_SUCCEEDED\""),
            HasSubstr("\"itemsFailed\": \"0\""), HasSubstr("\"failures\": []"),
            HasSubstr("\"files\": \"2\""), HasSubstr("\"wallDuration\"")));
}

TEST_F(BulkTest, ProgressLinesAreJsonOnStandardError) {
  WriteKeys(1);
  const CliResult result = RunCli(Bulk({"--progress", "json", "-o", "name"}));
  EXPECT_EQ(result.out, "jobs/fake1\n");
  for (const char* phase : {"read", "upload", "build", "download"}) {
    EXPECT_THAT(result.err, HasSubstr("{\"phase\":\"" + std::string(phase)));
  }
}

TEST_F(BulkTest, PlainProgressHasALinePerPhase) {
  WriteKeys(2);
  const CliResult result = RunCli(Bulk());
  EXPECT_THAT(result.err, AllOf(HasSubstr("read 2 of 2 files"),
                                HasSubstr("build 2 of 2 tables"),
                                HasSubstr("download 2 of 2 tables")));
  EXPECT_THAT(result.err, Not(HasSubstr("\r")));
}

// ------------------------------------------------------------------ faults

TEST_F(BulkTest, ABrokenWatchIsAttachedAgainWhereItWas) {
  WriteKeys(2);
  server_.FailNext("RunBulkJob", {.after_messages = 1});
  server_.FailNext("WatchJob", {.after_messages = 2});
  const CliResult result = RunCli(Bulk());
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("attaching to jobs/fake1 again"));
  EXPECT_THAT(server_.watched_revisions(), ElementsAre(1, 2));
  EXPECT_EQ(directory_.List("in_tables").size(), 4u);
}

TEST_F(BulkTest, ABreakBeforeTheJobsNameFindsTheSameJob) {
  WriteKeys(1);
  server_.FailNext("RunBulkJob", {.after_messages = 0});
  const CliResult result = RunCli(Bulk({"-v", "-o", "name"}));
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out, "jobs/fake1\n");
  EXPECT_EQ(server_.call_count("RunBulkJob"), 2);
}

TEST_F(BulkTest, ReattachingIsBounded) {
  WriteKeys(1);
  for (int i = 0; i < 20; ++i) server_.FailNext("WatchJob", {});
  server_.FailNext("RunBulkJob", {.after_messages = 1});
  const CliResult result = RunCli(Bulk({"--reattach-timeout", "500ms"}));
  EXPECT_EQ(result.exit_code, 64 + 14);
  EXPECT_THAT(result.err, HasSubstr("perfecthash job watch jobs/fake1"));
}

TEST_F(BulkTest, ABrokenUploadGoesOnWithWhatIsMissing) {
  WriteKeys(2);
  server_.FailNext("UploadKeySets", {.after_messages = 0});
  const CliResult result = RunCli(Bulk());
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("the upload broke"));
  EXPECT_EQ(server_.key_set_count(), 2);
}

TEST_F(BulkTest, ABrokenDownloadGoesOnAtItsTable) {
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

TEST_F(BulkTest, DamagedFilesAreNotWritten) {
  WriteKeys(2);
  server_.DamageFilesOf("k1");
  const CliResult result = RunCli(Bulk());
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, AllOf(HasSubstr("arrived damaged"),
                                HasSubstr("perfecthash job download")));
  EXPECT_THAT(directory_.List("in_tables"),
              ElementsAre("k0/k0.h", "k0/k0.table"));
}

TEST_F(BulkTest, MissingTablesAreNoticed) {
  WriteKeys(2);
  server_.LoseFilesOf("k1");
  const CliResult result = RunCli(Bulk());
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("the files of 1 tables, not of all 2"));
}

TEST_F(BulkTest, LargeTablesComeInChunks) {
  WriteKeys(1);
  server_.set_table_bytes(5'000'000);
  EXPECT_EQ(RunCli(Bulk()).exit_code, 0);
  EXPECT_EQ(directory_.Read("in_tables/k0/k0.table").size(), 5'000'000u);
}

TEST_F(BulkTest, ARefusalTellsReasonAndWhenToTryAgain) {
  WriteKeys(1);
  server_.FailNext("RunBulkJob", {.grpc_code = 8,
                                  .message = "the queue is full",
                                  .reason = "QUEUE_FULL",
                                  .retry_seconds = 3});
  const CliResult result = RunCli(Bulk());
  EXPECT_EQ(result.exit_code, 64 + 8);
  EXPECT_THAT(result.err,
              AllOf(HasSubstr("the queue is full"),
                    HasSubstr("RESOURCE_EXHAUSTED, QUEUE_FULL, limit=7"),
                    HasSubstr("try again in 3.00 s")));
}

TEST_F(BulkTest, TimeoutLeavesTheJobAlone) {
  WriteKeys(1);
  server_.Hold();
  const CliResult result = RunCli(Bulk({"--timeout", "300ms"}));
  EXPECT_EQ(result.exit_code, 4);
  EXPECT_THAT(result.err, AllOf(HasSubstr("--timeout 300 ms has passed"),
                                HasSubstr("perfecthash job watch jobs/fake1")));
  EXPECT_EQ(server_.call_count("CancelJob"), 0);
}

TEST_F(BulkTest, AFullStandardOutputFailsButNotTheDownload) {
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

}  // namespace
}  // namespace perfecthash
