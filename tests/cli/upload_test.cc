#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/cli/bulk_fixture.h"

namespace perfecthash {
namespace {

using testing::AllOf;
using testing::HasSubstr;

using UploadTest = BulkFixture;

TEST_F(UploadTest, AWarmServerGetsNothingTwice) {
  WriteKeys(3);
  EXPECT_EQ(RunCli(Bulk()).exit_code, 0);
  const CliResult result = RunCli(Bulk());
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(server_.call_count("UploadKeySets"), 1);
  EXPECT_THAT(result.out, HasSubstr("3 were there already"));
}

TEST_F(UploadTest, DigestsAreAskedInBatches) {
  v1::Limits limits;
  limits.set_max_digests_per_call(2);
  server_.set_limits(limits);
  WriteKeys(5);
  EXPECT_EQ(RunCli(Bulk()).exit_code, 0);
  EXPECT_EQ(server_.call_count("FindMissingKeySets"), 3);
  EXPECT_EQ(server_.key_set_count(), 5);
}

TEST_F(UploadTest, ThousandsOfFilesShareMessagesAndOneStream) {
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

TEST_F(UploadTest, ABrokenUploadGoesOnWithWhatIsMissing) {
  WriteKeys(2);
  server_.FailNext("UploadKeySets", {.after_messages = 0});
  const CliResult result = RunCli(Bulk());
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("the upload broke"));
  EXPECT_EQ(server_.key_set_count(), 2);
}

TEST_F(UploadTest, WhatABrokenUploadBroughtOverIsCounted) {
  for (const char letter : {'a', 'b', 'c'}) {  // each a message of its own
    directory_.Write(std::string("in/") + letter + ".keys",
                     std::string(700'000, letter));
  }
  server_.FailNext("UploadKeySets", {.after_messages = 1});
  const CliResult result = RunCli(Bulk({"--file-io", "none"}));
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("3 files, 2.0 MiB (0 were there already)"));
}

TEST_F(UploadTest, FilesThatCannotBeSentAreNamedAndTheRestGoesOn) {
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

TEST_F(UploadTest, ANameThatIsNoUtf8LeavesItsFileOut) {
  WriteKeys(1);
  directory_.Write("in/caf\xe9.keys", KeyBytes({1, 2}));
  const CliResult result = RunCli(Bulk({"-o", "json"}));
  EXPECT_EQ(result.exit_code, 1) << result.err;
  EXPECT_THAT(result.err, HasSubstr("caf\\xe9.keys: its name is no UTF-8"));
  EXPECT_THAT(result.out, HasSubstr("caf\\\\xe9.keys"));
  EXPECT_EQ(directory_.List("in_tables").size(), 2u);
}

}  // namespace
}  // namespace perfecthash
