#include "cli/command/command.h"

#include <gtest/gtest.h>

#include <CLI/CLI.hpp>

#include "tests/cli/fake_interrupt.h"

namespace perfecthash {
namespace {

struct Options {
  int number = 0;
};

// A stand-in for a real command: its exit code is its option.
absl::StatusOr<ExitCode> ReturnNumber(const Options& options,
                                      Session& session) {
  return static_cast<ExitCode>(options.number);
}

TEST(CommandTest, OnlyTheNamedCommandRunsAndItsOptionsLive) {
  CLI::App app;
  Command chosen;
  for (const int number : {5, 7}) {
    auto options = std::make_shared<Options>();
    options->number = number;
    const std::string name = "c" + std::to_string(number);
    RunWhenNamed(AddCommand(app, {name, "does nothing", ""}), chosen,
                 std::move(options), ReturnNumber);
  }
  EXPECT_FALSE(chosen);
  app.parse("c7");
  ASSERT_TRUE(chosen);
  FakeInterrupt interrupt;
  Session session({}, interrupt);
  EXPECT_EQ(*chosen(session), static_cast<ExitCode>(7));
}

TEST(CommandTest, HelpPointsToTheOptionsOfEveryCommand) {
  CLI::App app;
  const CLI::App& command = AddCommand(app, {"c", "does nothing", "Footer."});
  EXPECT_NE(command.help().find("Footer.\n\n`perfecthash --help`"),
            std::string::npos);
}

}  // namespace
}  // namespace perfecthash
