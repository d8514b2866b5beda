#include "engine/base/os_error.h"

#include <cerrno>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace perfecthash {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string MessageOf(int os_error) {
  return std::string(OsErrorToStatus(os_error, "open /a.keys").message());
}

TEST(OsErrorTest, MessageSaysWhatWasDoneAndTheSystemsWords) {
  EXPECT_EQ(MessageOf(ENOENT),
            "cannot open /a.keys: No such file or directory");
}

TEST(OsErrorTest, KnownRemediesAreTold) {
  EXPECT_THAT(MessageOf(ENOSPC), HasSubstr("free space"));
  EXPECT_THAT(MessageOf(EMFILE), HasSubstr("ulimit -n"));
  EXPECT_THAT(MessageOf(EACCES), HasSubstr("owner and mode"));
}

TEST(OsErrorTest, CodesAreCanonical) {
  const auto code = [](int os_error) {
    return OsErrorToStatus(os_error, "x").code();
  };
  EXPECT_EQ(code(ENOENT), absl::StatusCode::kNotFound);
  EXPECT_EQ(code(EEXIST), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(code(EACCES), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(code(ENOSPC), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(code(EISDIR), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code(ECANCELED), absl::StatusCode::kCancelled);
  EXPECT_EQ(code(ENOSYS), absl::StatusCode::kUnimplemented);
  EXPECT_EQ(code(EAGAIN), absl::StatusCode::kUnavailable);
  EXPECT_EQ(code(EIO), absl::StatusCode::kInternal);
}

TEST(OsErrorTest, UnknownNumberIsStillAnError) {
  const absl::Status status = OsErrorToStatus(99'999, "x");
  EXPECT_EQ(status.code(), absl::StatusCode::kInternal);
  EXPECT_THAT(std::string(status.message()), StartsWith("cannot x: "));
}

TEST(OsErrorTest, OnlyAnInterruptionIsOne) {
  EXPECT_TRUE(IsInterrupted(EINTR));
  EXPECT_FALSE(IsInterrupted(EAGAIN));
}

}  // namespace
}  // namespace perfecthash
