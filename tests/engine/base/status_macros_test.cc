#include "engine/base/status_macros.h"

#include <memory>
#include <string>

#include "gtest/gtest.h"

namespace perfecthash {
namespace {

absl::Status Twice(const absl::Status& first, int& steps) {
  RETURN_IF_ERROR(first);
  ++steps;
  RETURN_IF_ERROR(absl::OkStatus());
  ++steps;
  return absl::OkStatus();
}

absl::StatusOr<int> Sum(absl::StatusOr<int> a, absl::StatusOr<int> b) {
  ASSIGN_OR_RETURN(const int first, std::move(a));
  ASSIGN_OR_RETURN(const int second, std::move(b));
  return first + second;
}

absl::StatusOr<int> Unpack(absl::StatusOr<std::unique_ptr<int>> box) {
  ASSIGN_OR_RETURN(const std::unique_ptr<int> number, std::move(box));
  return *number;
}

TEST(StatusMacrosTest, ReturnIfErrorGoesOnAfterOk) {
  int steps = 0;
  EXPECT_TRUE(Twice(absl::OkStatus(), steps).ok());
  EXPECT_EQ(steps, 2);
}

TEST(StatusMacrosTest, ReturnIfErrorLeavesWithTheError) {
  int steps = 0;
  const absl::Status error = absl::DataLossError("torn");
  EXPECT_EQ(Twice(error, steps), error);
  EXPECT_EQ(steps, 0);
}

TEST(StatusMacrosTest, AssignOrReturnYieldsTheValues) {
  EXPECT_EQ(*Sum(3, 4), 7);
  EXPECT_EQ(*Unpack(std::make_unique<int>(5)), 5);
}

TEST(StatusMacrosTest, AssignOrReturnLeavesWithTheFirstError) {
  const absl::Status first = absl::NotFoundError("a");
  EXPECT_EQ(Sum(first, absl::AbortedError("b")).status(), first);
  EXPECT_EQ(Sum(1, first).status(), first);
}

}  // namespace
}  // namespace perfecthash
