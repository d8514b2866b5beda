#include "engine/base/error_reason.h"

#include "gtest/gtest.h"

namespace perfecthash {
namespace {

TEST(ErrorReasonTest, ReasonTravelsBesideCodeAndMessage) {
  const absl::Status status = WithReason(
      absl::InvalidArgumentError("key 7 occurs twice"), "DUPLICATE_KEYS");
  EXPECT_EQ(ReasonOf(status), "DUPLICATE_KEYS");
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(), "key 7 occurs twice");
}

TEST(ErrorReasonTest, ReasonSurvivesACopy) {
  const absl::Status status = WithReason(absl::NotFoundError("x"), "GONE");
  const absl::Status copy = status;
  EXPECT_EQ(ReasonOf(copy), "GONE");
}

TEST(ErrorReasonTest, LastReasonCounts) {
  const absl::Status first = WithReason(absl::NotFoundError("x"), "FIRST");
  EXPECT_EQ(ReasonOf(WithReason(first, "SECOND")), "SECOND");
}

TEST(ErrorReasonTest, OkStaysOk) {
  EXPECT_TRUE(WithReason(absl::OkStatus(), "NO_SOLUTION").ok());
}

TEST(ErrorReasonTest, StatusWithoutReasonHasAnEmptyOne) {
  EXPECT_EQ(ReasonOf(absl::InternalError("x")), "");
  EXPECT_EQ(ReasonOf(absl::OkStatus()), "");
}

TEST(ErrorReasonTest, NamedValuesTravelBesideTheReason) {
  absl::Status status = WithReason(absl::NotFoundError("x"), "NO_SOLUTION");
  status = WithMetadata(status, "attempts", "60");
  status = WithMetadata(status, "limit", "9");
  status = WithMetadata(status, "limit", "10");
  const std::map<std::string, std::string> expected = {{"attempts", "60"},
                                                       {"limit", "10"}};
  EXPECT_EQ(MetadataOf(status), expected);
  EXPECT_EQ(ReasonOf(status), "NO_SOLUTION");
  EXPECT_TRUE(MetadataOf(absl::NotFoundError("x")).empty());
  EXPECT_TRUE(WithMetadata(absl::OkStatus(), "a", "b").ok());
}

}  // namespace
}  // namespace perfecthash
