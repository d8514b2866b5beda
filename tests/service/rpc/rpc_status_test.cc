#include "service/rpc/rpc_status.h"

#include <gtest/gtest.h>

#include "engine/base/error_reason.h"
#include "service/rpc/invalid_argument.h"

namespace perfecthash {
namespace {

v1::Status Details(const grpc::Status& status) {
  v1::Status details;
  EXPECT_TRUE(details.ParseFromString(status.error_details()));
  return details;
}

v1::ErrorInfo ErrorInfoOf(const v1::Status& details) {
  EXPECT_EQ(details.details(0).type_url(),
            "type.googleapis.com/google.rpc.ErrorInfo");
  v1::ErrorInfo info;
  EXPECT_TRUE(info.ParseFromString(details.details(0).value()));
  return info;
}

TEST(RpcStatusTest, OkCarriesNothing) {
  EXPECT_TRUE(ToRpcStatus(absl::OkStatus()).ok());
  EXPECT_EQ(ToStatusMessage(absl::OkStatus()).ByteSizeLong(), 0u);
}

TEST(RpcStatusTest, CarriesCodeSentenceReasonAndMetadata) {
  const grpc::Status status = ToRpcStatus(WithMetadata(
      WithReason(absl::NotFoundError("there is none; make one"), "NONE_YET"),
      "limit", "7"));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(status.error_message(), "there is none; make one");
  const v1::Status details = Details(status);
  EXPECT_EQ(details.code(), 5);
  EXPECT_EQ(details.message(), "there is none; make one");
  ASSERT_EQ(details.details_size(), 1);
  const v1::ErrorInfo info = ErrorInfoOf(details);
  EXPECT_EQ(info.domain(), "perfecthash");
  EXPECT_EQ(info.reason(), "NONE_YET");
  EXPECT_EQ(info.metadata().at("limit"), "7");
}

TEST(RpcStatusTest, EveryErrorHasAReason) {
  EXPECT_EQ(ErrorInfoOf(ToStatusMessage(absl::InternalError("bug"))).reason(),
            "INTERNAL");
  EXPECT_EQ(ErrorInfoOf(ToStatusMessage(absl::CancelledError("gone"))).reason(),
            "CANCELLED");
}

TEST(RpcStatusTest, AMessageFitsIntoATrailer) {
  const std::string quoted = std::string(999, 'x') + "\u00e9" + "yyy";
  const grpc::Status status = ToRpcStatus(absl::InvalidArgumentError(quoted));
  EXPECT_EQ(status.error_message(), std::string(999, 'x') + " ...");
  EXPECT_LT(status.error_details().size(), 1'200u);
  EXPECT_EQ(ToStatusMessage(absl::NotFoundError("no caf\xe9")).message(),
            "no caf\\xe9");
}

TEST(RpcStatusTest, SaysWhenToComeBack) {
  for (const absl::Status& error :
       {absl::ResourceExhaustedError("full"), absl::UnavailableError("away")}) {
    const v1::Status details = ToStatusMessage(error);
    ASSERT_EQ(details.details_size(), 2);
    EXPECT_EQ(details.details(1).type_url(),
              "type.googleapis.com/google.rpc.RetryInfo");
    v1::RetryInfo retry;
    ASSERT_TRUE(retry.ParseFromString(details.details(1).value()));
    EXPECT_GT(retry.retry_delay().seconds(), 0);
  }
}

TEST(InvalidArgumentTest, NamesTheField) {
  const absl::Status status = InvalidField("wait", "is odd; give 2");
  EXPECT_EQ(status.message(), "wait is odd; give 2");
  const v1::ErrorInfo info = ErrorInfoOf(ToStatusMessage(status));
  EXPECT_EQ(info.reason(), "INVALID_FIELD");
  EXPECT_EQ(info.metadata().at("field"), "wait");
  EXPECT_TRUE(CheckNotNegative(0, "n").ok());
  EXPECT_TRUE(absl::IsInvalidArgument(CheckNotNegative(-1, "n")));
}

}  // namespace
}  // namespace perfecthash
