#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/cli_process.h"
#include "tests/cli/fake_server.h"

namespace perfecthash {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class InterruptTest : public testing::Test {
 protected:
  InterruptTest() {
    server_.Hold();
    directory_.Write("in/k.keys", KeyBytes({1, 2, 3}));
  }

  CliOptions Options(std::vector<std::string> arguments) {
    CliOptions options;
    options.working_directory = directory_.path();
    options.arguments = std::move(arguments);
    options.arguments.insert(options.arguments.end(),
                             {"-v", "-a", server_.address()});
    return options;
  }

  TemporaryDirectory directory_;
  FakeServer server_;
};

TEST_F(InterruptTest, BulkDetachesAndSaysHowToGoOn) {
  CliProcess process(Options({"bulk", "in"}));
  ASSERT_TRUE(process.AwaitError("the job is jobs/fake1"));
  process.Interrupt();
  const CliResult result = process.Wait();
  EXPECT_EQ(result.exit_code, 130);
  EXPECT_THAT(result.err, HasSubstr("job jobs/fake1 goes on; `perfecthash job "
                                    "watch jobs/fake1`"));
  EXPECT_EQ(server_.call_count("CancelJob"), 0);
}

TEST_F(InterruptTest, BulkCancelsWhenToldTo) {
  CliProcess process(Options({"bulk", "in", "--on-interrupt", "cancel"}));
  ASSERT_TRUE(process.AwaitError("the job is jobs/fake1"));
  process.Interrupt();
  const CliResult result = process.Wait();
  EXPECT_EQ(result.exit_code, 5);
  EXPECT_THAT(result.err, HasSubstr("cancelling job jobs/fake1"));
  EXPECT_THAT(result.out, HasSubstr("CANCELLED"));
  EXPECT_EQ(server_.cancel_reason(), "interrupted by the user");
}

TEST_F(InterruptTest, TheSecondEndsTheProgramAtOnce) {
  server_.NeverCancel();
  CliProcess process(Options({"bulk", "in", "--on-interrupt", "cancel"}));
  ASSERT_TRUE(process.AwaitError("the job is jobs/fake1"));
  process.Interrupt();
  ASSERT_TRUE(process.AwaitError("press Ctrl-C again to leave it alone"));
  process.Interrupt();
  const CliResult result = process.Wait();
  EXPECT_EQ(result.exit_code, 130);
  EXPECT_EQ(result.out, "");
}

TEST_F(InterruptTest, TheSecondLeavesNoHalfReport) {
  server_.NeverCancel();
  CliProcess process(Options({"bulk", "in", "--on-interrupt", "cancel",
                              "--emit", "none", "--report", "r.csv"}));
  ASSERT_TRUE(process.AwaitError("the job is jobs/fake1"));
  process.Interrupt();
  ASSERT_TRUE(process.AwaitError("press Ctrl-C again to leave it alone"));
  process.Interrupt();
  EXPECT_EQ(process.Wait().exit_code, 130);
  EXPECT_THAT(directory_.List(""), testing::ElementsAre("in/k.keys"));
}

TEST_F(InterruptTest, CreateIsNotHeldBackByItsWait) {
  CliProcess process(Options({"create", "in/k.keys", "--wait", "10m"}));
  server_.AwaitCalls("CreateTableJob", 1);
  process.Interrupt();
  const CliResult result = process.Wait();
  EXPECT_EQ(result.exit_code, 5);
  EXPECT_THAT(result.err, HasSubstr("cancelling job jobs/fake1"));
  EXPECT_EQ(server_.call_count("CancelJob"), 1);
}

TEST_F(InterruptTest, CreateCanLeaveTheJobThatItWaitsFor) {
  CliProcess process(Options(
      {"create", "in/k.keys", "--wait", "10m", "--on-interrupt", "detach"}));
  server_.AwaitCalls("CreateTableJob", 1);
  process.Interrupt();
  const CliResult result = process.Wait();
  EXPECT_EQ(result.exit_code, 130);
  EXPECT_THAT(result.err, HasSubstr("job jobs/fake1 goes on"));
  EXPECT_EQ(server_.last_table_request().disconnect_policy(),
            v1::DISCONNECT_POLICY_DETACH);
  EXPECT_EQ(server_.call_count("CancelJob"), 0);
}

TEST_F(InterruptTest, CreateCancelsByDefault) {
  server_.NeverWait();
  CliProcess process(Options({"create", "in/k.keys"}));
  server_.AwaitCalls("WatchJob", 1);
  process.Interrupt();
  EXPECT_EQ(process.Wait().exit_code, 5);
  EXPECT_EQ(server_.call_count("CancelJob"), 1);
}

TEST_F(InterruptTest, WatchDetaches) {
  EXPECT_EQ(RunCli(Options({"bulk", "in", "--detach"})).exit_code, 0);
  CliProcess process(Options({"job", "watch", "fake1"}));
  server_.AwaitCalls("WatchJob", 1);
  process.Interrupt();
  EXPECT_EQ(process.Wait().exit_code, 130);
}

TEST_F(InterruptTest, WaitEnds) {
  EXPECT_EQ(RunCli(Options({"bulk", "in", "--detach"})).exit_code, 0);
  CliProcess process(Options({"job", "wait", "fake1"}));
  server_.AwaitCalls("WaitJob", 1);
  process.Interrupt();
  const CliResult result = process.Wait();
  EXPECT_EQ(result.exit_code, 130);
  EXPECT_THAT(result.err, HasSubstr("interrupted"));
}

TEST_F(InterruptTest, WaitingForAServerEnds) {
  CliOptions options;
  options.arguments = {"server", "info", "--address",
                       "unix:" + directory_.path() + "/none",
                       "--wait-for-server"};
  CliProcess process(options);
  ASSERT_TRUE(process.AwaitError("waiting for the server"));
  process.Interrupt();
  EXPECT_EQ(process.Wait().exit_code, 130);
}

}  // namespace
}  // namespace perfecthash
