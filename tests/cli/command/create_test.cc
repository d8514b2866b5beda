#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/cli_process.h"
#include "tests/cli/fake_server.h"

namespace perfecthash {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class CreateTest : public testing::Test {
 protected:
  CliResult Create(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "create");
    arguments.insert(arguments.end(), {"--address", server_.address()});
    CliOptions options;
    options.working_directory = directory_.path();
    options.arguments = arguments;
    return RunCli(options);
  }

  TemporaryDirectory directory_;
  FakeServer server_;
};

TEST_F(CreateTest, ASmallFileTravelsInTheRequest) {
  directory_.Write("few.keys", KeyBytes({1, 2, 3}));
  const CliResult result = Create({"few.keys"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(server_.last_table_request().keys().inline_keys(),
            KeyBytes({1, 2, 3}));
  EXPECT_EQ(server_.last_table_request().item_id(), "few");
  EXPECT_EQ(server_.call_count("UploadKeySets"), 0);
  EXPECT_EQ(server_.call_count("WatchJob"), 0);  // one round trip
  EXPECT_THAT(directory_.List("few_table"), ElementsAre("few.h", "few.table"));
}

TEST_F(CreateTest, ALargeFileIsUploadedFirst) {
  directory_.Write("many.keys", std::string(4096, 'k'));
  const CliResult result = Create({"many.keys", "-O", "o"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(server_.key_set_count(), 1);
  EXPECT_THAT(server_.last_table_request().keys().key_set(),
              testing::StartsWith("keySets/"));
  EXPECT_THAT(directory_.List("o"), ElementsAre("many.h", "many.table"));
}

TEST_F(CreateTest, KeysMayComeThroughAPipe) {
  for (const std::size_t size : {12u, 4096u}) {  // inline, and uploaded
    CliOptions options;
    options.working_directory = directory_.path();
    options.standard_input = std::string(size, 'k');
    options.arguments = {"create", "/dev/stdin", "-O",
                         "o",      "--address",  server_.address()};
    const CliResult result = RunCli(options);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_EQ(directory_.Read("o/stdin.table"), options.standard_input);
  }
  EXPECT_EQ(server_.key_set_count(), 1);
}

TEST_F(CreateTest, ALongBuildIsFollowed) {
  server_.NeverWait();
  directory_.Write("few.keys", KeyBytes({1, 2, 3}));
  const CliResult result = Create({"few.keys", "--wait", "10ms"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(server_.call_count("WatchJob"), 1);
  EXPECT_EQ(server_.last_table_request().wait().nanos(), 10'000'000);
}

TEST_F(CreateTest, AFailureIsToldWhateverIsPrinted) {
  directory_.Write("bad.keys", KeyBytes({1, 2, 3}));
  const CliResult result =
      Create({"bad.keys", "-o", "none", "--progress", "none"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(result.err, HasSubstr("bad: no solution in 10 attempts"));
}

TEST_F(CreateTest, DetachPrintsTheName) {
  directory_.Write("few.keys", KeyBytes({1, 2, 3}));
  const CliResult result = Create({"few.keys", "--detach"});
  EXPECT_EQ(result.out, "jobs/fake1\n");
  EXPECT_FALSE(server_.last_table_request().has_wait());
  EXPECT_TRUE(directory_.List("few_table").empty());
}

TEST_F(CreateTest, AnUnsolvedTableIsAResult) {
  directory_.Write("bad.keys", KeyBytes({1, 2, 3}));
  const CliResult result = Create({"bad.keys"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.out, HasSubstr("NO_SOLUTION"));
}

TEST_F(CreateTest, BadFilesAreNamed) {
  directory_.Write("odd.keys", "123");
  EXPECT_EQ(Create({"odd.keys"}).exit_code, 1);
  const CliResult missing = Create({"none.keys"});
  EXPECT_EQ(missing.exit_code, 1);
  EXPECT_THAT(missing.err, HasSubstr("none.keys"));
  EXPECT_EQ(Create({}).exit_code, 2);
  directory_.Write("caf\xe9.keys", KeyBytes({1}));
  const CliResult no_utf8 = Create({"caf\xe9.keys"});
  EXPECT_EQ(no_utf8.exit_code, 2);
  EXPECT_THAT(no_utf8.err, HasSubstr("--item-id"));
}

TEST_F(CreateTest, AServerPathIsSentAsItIs) {
  const CliResult result =
      Create({"--server-path", "/keys/a.keys", "--file-io", "none"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(server_.last_table_request().keys().server_path(), "/keys/a.keys");
  EXPECT_EQ(server_.last_table_request().item_id(), "a");
}

}  // namespace
}  // namespace perfecthash
