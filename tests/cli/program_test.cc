#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/cli_process.h"

namespace perfecthash {
namespace {

using testing::AllOf;
using testing::HasSubstr;

TEST(ProgramTest, HelpAndVersionSucceedOnStandardOutput) {
  const CliResult help = RunCli({"--help"});
  EXPECT_EQ(help.exit_code, 0);
  EXPECT_EQ(help.err, "");
  EXPECT_THAT(help.out,
              AllOf(HasSubstr("Exit codes:"), HasSubstr("cannot connect"),
                    HasSubstr("PERFECTHASH_ADDRESS"),
                    HasSubstr("default: 127.0.0.1:7400")));
  EXPECT_THAT(RunCli({"--version"}).out, testing::StartsWith("perfecthash "));
  EXPECT_THAT(RunCli({"bulk", "--help"}).out,
              AllOf(HasSubstr("Concurrency:"), HasSubstr("Scheduling:"),
                    HasSubstr("--increase-lanes-after DURATION"),
                    HasSubstr("PERFECTHASH_MAX_LANES")));
}

TEST(ProgramTest, HelpFitsEightyColumns) {
  for (const char* command : {"bulk", "create", "job", "server", "keys"}) {
    const std::string help = RunCli({command, "--help"}).out;
    std::size_t begin = 0;
    for (std::size_t end; (end = help.find('\n', begin)) != std::string::npos;
         begin = end + 1) {
      EXPECT_LE(end - begin, 80u) << help.substr(begin, end - begin);
    }
  }
}

TEST(ProgramTest, NamesOfCommandsKeepClearOfTheirText) {
  EXPECT_THAT(
      RunCli({"server", "--help"}).out,
      AllOf(HasSubstr("  resume-node  "), HasSubstr("  info         ")));
}

TEST(ProgramTest, WrongUsageIsExitCode2) {
  EXPECT_EQ(RunCli({"frob"}).exit_code, 2);
  EXPECT_THAT(RunCli({"frob"}).err, HasSubstr("\"frob\" is not a command"));
  EXPECT_EQ(RunCli({"job"}).exit_code, 2);
  EXPECT_EQ(RunCli({"job", "get"}).exit_code, 2);
  EXPECT_EQ(RunCli({"bulk", "x", "--priority", "9"}).exit_code, 2);
  EXPECT_EQ(RunCli({"bulk", "x", "--nope"}).exit_code, 2);
  EXPECT_EQ(RunCli({"server", "info", "--timeout", "10"}).exit_code, 2);
}

}  // namespace
}  // namespace perfecthash
