#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/cli_process.h"
#include "tests/cli/fake_server.h"

namespace perfecthash {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class ServerTest : public testing::Test {
 protected:
  CliResult Run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "server");
    arguments.insert(arguments.end(), {"--address", server_.address()});
    return RunCli(arguments);
  }

  FakeServer server_;
};

TEST_F(ServerTest, InfoShowsVersionBackendLimitsAndFunctions) {
  EXPECT_THAT(Run({"info"}).out,
              AllOf(HasSubstr("1.2.3"), HasSubstr("threads (it is a fake)"),
                    HasSubstr("8.0 MiB"), HasSubstr("Mulshrolate4RX")));
  EXPECT_THAT(Run({"info", "-o", "json"}).out,
              HasSubstr("\"version\": \"1.2.3\""));
}

TEST_F(ServerTest, NodesStatsAndWorkAreShown) {
  EXPECT_THAT(Run({"nodes"}).out, HasSubstr("0,1"));
  EXPECT_THAT(Run({"stats"}).out,
              AllOf(HasSubstr("Work outstanding  0"), HasSubstr("4.0 KiB")));
  EXPECT_THAT(Run({"work"}).out, AllOf(HasSubstr("hard"), HasSubstr("solve"),
                                       HasSubstr("1 of 1 unfinished tables")));
}

TEST_F(ServerTest, HealthIsTheExitCode) {
  const CliResult good = Run({"health"});
  EXPECT_EQ(good.exit_code, 0);
  EXPECT_EQ(good.out, "SERVING\n");
  const CliResult draining = Run({"health", "--service", "draining"});
  EXPECT_EQ(draining.exit_code, 1);
  EXPECT_EQ(draining.out, "NOT_SERVING\n");
}

TEST(UsageTest, HelpAndVersionSucceedOnStandardOutput) {
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

TEST(UsageTest, HelpFitsEightyColumns) {
  for (const char* command : {"bulk", "create"}) {
    const std::string help = RunCli({command, "--help"}).out;
    std::size_t begin = 0;
    for (std::size_t end; (end = help.find('\n', begin)) != std::string::npos;
         begin = end + 1) {
      EXPECT_LE(end - begin, 80u) << help.substr(begin, end - begin);
    }
  }
}

TEST(UsageTest, WrongUsageIsExitCode2) {
  EXPECT_EQ(RunCli({"frob"}).exit_code, 2);
  EXPECT_THAT(RunCli({"frob"}).err, HasSubstr("\"frob\" is not known"));
  EXPECT_EQ(RunCli({"job"}).exit_code, 2);
  EXPECT_EQ(RunCli({"job", "get"}).exit_code, 2);
  EXPECT_EQ(RunCli({"bulk", "x", "--priority", "9"}).exit_code, 2);
  EXPECT_EQ(RunCli({"bulk", "x", "--nope"}).exit_code, 2);
  EXPECT_EQ(RunCli({"server", "info", "--timeout", "10"}).exit_code, 2);
}

}  // namespace
}  // namespace perfecthash
