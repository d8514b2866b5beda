#include "cli/global_flags.h"

#include <gtest/gtest.h>

#include <CLI/CLI.hpp>

namespace perfecthash {
namespace {

using namespace std::chrono_literals;

GlobalOptions Parse(const std::string& line) {
  CLI::App app;
  GlobalOptions options;
  AddGlobalFlags(app, options);
  app.parse(line);
  return options;
}

TEST(GlobalFlagsTest, DefaultsAreLocalAndQuiet) {
  const GlobalOptions options = Parse("");
  EXPECT_EQ(options.connect.address, "127.0.0.1:7400");
  EXPECT_EQ(options.connect.connect_timeout, 5s);
  EXPECT_FALSE(options.connect.wait_for_server.has_value());
  EXPECT_FALSE(options.timeout.has_value());
  EXPECT_EQ(options.format, OutputFormat::kTable);
  EXPECT_EQ(options.progress, ProgressMode::kAuto);
  EXPECT_EQ(options.verbosity, Verbosity::kNormal);
}

TEST(GlobalFlagsTest, EveryOptionIsTaken) {
  const GlobalOptions options = Parse(
      "-a unix:/x --connect-timeout 1s --timeout 2m -o jsonl "
      "--progress none --color never -v");
  EXPECT_EQ(options.connect.address, "unix:/x");
  EXPECT_EQ(options.connect.connect_timeout, 1s);
  EXPECT_EQ(options.timeout, 120s);
  EXPECT_EQ(options.format, OutputFormat::kJsonl);
  EXPECT_EQ(options.progress, ProgressMode::kNone);
  EXPECT_EQ(options.color, ColorMode::kNever);
  EXPECT_EQ(options.verbosity, Verbosity::kVerbose);
}

TEST(GlobalFlagsTest, WaitForServerMayStandAlone) {
  EXPECT_EQ(Parse("--wait-for-server").connect.wait_for_server, 60s);
  EXPECT_EQ(Parse("--wait-for-server=3s").connect.wait_for_server, 3s);
  EXPECT_THROW(Parse("--wait-for-server=3"), CLI::ValidationError);
}

}  // namespace
}  // namespace perfecthash
