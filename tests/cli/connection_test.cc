#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "tests/cli/cli_process.h"
#include "tests/cli/fake_server.h"

namespace perfecthash {
namespace {

using testing::AllOf;
using testing::HasSubstr;

TEST(ConnectionTest, AWrongAddressFailsAtOnceAndSaysWhatToDo) {
  TemporaryDirectory directory;
  const CliResult result = RunCli(
      {"server", "info", "--address", "unix:" + directory.path() + "/none"});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.err, AllOf(HasSubstr("cannot connect to unix:"),
                                HasSubstr("--address, PERFECTHASH_ADDRESS"),
                                HasSubstr("--wait-for-server")));
}

TEST(ConnectionTest, WhatIsNoAddressIsWrongUsage) {
  const CliResult result =
      RunCli({"server", "info", "--address", "http://localhost:7400",
              "--wait-for-server"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("write HOST:PORT or unix:PATH"));
}

TEST(ConnectionTest, ASilentPortTimesOut) {
  // Nobody answers there (RFC 5737's documentation network).
  const CliResult result =
      RunCli({"server", "info", "--address", "192.0.2.1:7400",
              "--connect-timeout", "200ms"});
  EXPECT_EQ(result.exit_code, 3);
}

TEST(ConnectionTest, UnixSocketsWork) {
  TemporaryDirectory directory;
  FakeServer server("unix:" + directory.path() + "/socket");
  EXPECT_EQ(RunCli({"server", "health", "-a", server.address()}).exit_code, 0);
}

TEST(ConnectionTest, TheAddressMayComeFromTheEnvironment) {
  FakeServer server;
  CliOptions options;
  options.environment = {{"PERFECTHASH_ADDRESS", server.address()},
                         {"PERFECTHASH_OUTPUT", "name"}};
  options.arguments = {"server", "health"};
  const CliResult result = RunCli(options);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out, "SERVING\n");
}

TEST(ConnectionTest, WaitForServerFindsALateOne) {
  TemporaryDirectory directory;
  const std::string address = "unix:" + directory.path() + "/late";
  CliOptions options;
  options.arguments = {"server", "health", "-a", address,
                       "--wait-for-server=30s"};
  CliProcess process(options);
  ASSERT_TRUE(process.AwaitError("waiting for the server at " + address));
  FakeServer server(address);
  const CliResult result = process.Wait();
  EXPECT_EQ(result.exit_code, 0) << result.err;
}

TEST(ConnectionTest, WaitForServerIsBounded) {
  TemporaryDirectory directory;
  const CliResult result =
      RunCli({"server", "health", "-a", "unix:" + directory.path() + "/none",
              "--wait-for-server=300ms"});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.err, HasSubstr("no connection within 300 ms"));
}

TEST(ConnectionTest, TheTimeoutBoundsConnectingToo) {
  TemporaryDirectory directory;
  const CliResult result =
      RunCli({"server", "health", "-a", "unix:" + directory.path() + "/none",
              "--wait-for-server=60s", "--timeout", "300ms"});
  EXPECT_EQ(result.exit_code, 4) << result.err;
}

TEST(ConnectionTest, AShortUnavailabilityIsRetried) {
  FakeServer server;
  server.FailNext("GetServerInfo", {});
  server.FailNext("GetServerInfo", {});
  const CliResult result = RunCli({"server", "info", "-a", server.address()});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(server.call_count("GetServerInfo"), 3);
}

}  // namespace
}  // namespace perfecthash
