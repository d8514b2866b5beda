#include "cli/exit_code.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/follow.h"

namespace perfecthash {
namespace {

TEST(ExitCodeTest, AFailureKeepsItsCodeAndMessage) {
  const absl::Status status = Failure(ExitCode::kTimedOut, "too late");
  EXPECT_EQ(ExitCodeOf(status), ExitCode::kTimedOut);
  EXPECT_EQ(MessageOf(status), "too late");
}

TEST(ExitCodeTest, OtherStatusesAreFailures) {
  EXPECT_EQ(ExitCodeOf(absl::OkStatus()), ExitCode::kOk);
  EXPECT_EQ(ExitCodeOf(absl::NotFoundError("x")), ExitCode::kFailed);
}

TEST(ExitCodeTest, RpcCodesFollow64) {
  EXPECT_EQ(static_cast<int>(ExitCodeOfRpc(5)), 69);
}

TEST(ExitCodeTest, AJobsStateDecides) {
  EXPECT_EQ(ExitCodeOf(v1::Job::STATE_SUCCEEDED), ExitCode::kOk);
  EXPECT_EQ(ExitCodeOf(v1::Job::STATE_RUNNING), ExitCode::kOk);
  EXPECT_EQ(ExitCodeOf(v1::Job::STATE_PARTIALLY_SUCCEEDED), ExitCode::kFailed);
  EXPECT_EQ(ExitCodeOf(v1::Job::STATE_FAILED), ExitCode::kFailed);
  EXPECT_EQ(ExitCodeOf(v1::Job::STATE_EXPIRED), ExitCode::kFailed);
  EXPECT_EQ(ExitCodeOf(v1::Job::STATE_CANCELLED), ExitCode::kCancelled);
}

TEST(ExitCodeTest, HelpNamesEveryCode) {
  for (const char* code : {"  0  ", "  1  ", "  2  ", "  3  ", "  4  ", "  5  ",
                           "  64+n", "  130"}) {
    EXPECT_THAT(kExitCodeHelp, testing::HasSubstr(code));
  }
}

}  // namespace
}  // namespace perfecthash
