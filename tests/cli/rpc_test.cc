#include "cli/rpc.h"

#include <gmock/gmock.h>
#include <google/protobuf/any.pb.h>
#include <gtest/gtest.h>

#include "cli/exit_code.h"
#include "tests/cli/fake_interrupt.h"

namespace perfecthash {
namespace {

using testing::HasSubstr;

grpc::Status WithDetails() {
  v1::Status details;
  v1::ErrorInfo cause;
  cause.set_reason("QUEUE_FULL");
  (*cause.mutable_metadata())["limit"] = "100";
  (*cause.mutable_metadata())["have"] = "99";
  auto& any = *details.add_details();
  any.set_type_url("type.googleapis.com/google.rpc.ErrorInfo");
  any.set_value(cause.SerializeAsString());
  return grpc::Status(grpc::RESOURCE_EXHAUSTED, "full",
                      details.SerializeAsString());
}

TEST(RpcTest, AFailureNamesReasonMetadataAndServer) {
  FakeInterrupt interrupt;
  Session session({}, interrupt);
  const absl::Status failure = RpcFailure(session, WithDetails());
  EXPECT_EQ(static_cast<int>(ExitCodeOf(failure)), 64 + 8);
  EXPECT_EQ(MessageOf(failure),
            "full (RESOURCE_EXHAUSTED, QUEUE_FULL, have=99, limit=100; server "
            "127.0.0.1:7400)");
}

TEST(RpcTest, DetailsThatAreNoneDoNoHarm) {
  FakeInterrupt interrupt;
  Session session({}, interrupt);
  const absl::Status failure =
      RpcFailure(session, grpc::Status(grpc::NOT_FOUND, "", "\xff\xff"));
  EXPECT_THAT(MessageOf(failure), HasSubstr("the server gave no message"));
}

TEST(RpcTest, ACancelByTheUserIsAnInterrupt) {
  FakeInterrupt interrupt;
  Session session({}, interrupt);
  const grpc::Status cancelled(grpc::CANCELLED, "x");
  EXPECT_EQ(static_cast<int>(ExitCodeOf(RpcFailure(session, cancelled))),
            64 + 1);
  interrupt.Press();
  EXPECT_EQ(ExitCodeOf(RpcFailure(session, cancelled)), ExitCode::kInterrupted);
}

TEST(RpcTest, OnlyTheUsersOwnTimeoutIsExitCode4) {
  FakeInterrupt interrupt;
  const grpc::Status late(grpc::DEADLINE_EXCEEDED, "x");
  Session patient({}, interrupt);
  EXPECT_EQ(static_cast<int>(ExitCodeOf(RpcFailure(patient, late))), 64 + 4);
  GlobalOptions options;
  options.timeout = std::chrono::nanoseconds(0);
  Session hasty(options, interrupt);
  EXPECT_EQ(ExitCodeOf(RpcFailure(hasty, late)), ExitCode::kTimedOut);
}

TEST(RpcTest, AnErrorWithinAJobIsDescribed) {
  v1::Status error;
  error.set_code(3);
  error.set_message("key 5 occurs twice");
  EXPECT_EQ(DescribeError(error), "key 5 occurs twice (INVALID_ARGUMENT)");
}

}  // namespace
}  // namespace perfecthash
