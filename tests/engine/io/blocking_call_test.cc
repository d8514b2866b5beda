#include "engine/io/blocking_call.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <filesystem>
#include <string>

#include "tests/support/temporary_directory.h"

namespace perfecthash {
namespace {

// Reads and writes are tested by the contract of the ports.
class BlockingCallTest : public testing::Test {
 protected:
  OperationResult Call(OperationKind kind, const std::string& name,
                       const std::string& new_name = "") {
    const std::string path = directory_ / name;
    const std::string new_path = directory_ / new_name;
    return CallBlocking(
        {.kind = kind, .path = path.c_str(), .new_path = new_path.c_str()});
  }
  OperationResult Call(OperationKind kind, UniqueHandle::Native file) {
    return CallBlocking({.kind = kind, .file = file});
  }
  bool Exists(const std::string& name) const {
    return std::filesystem::exists(directory_ / name);
  }

  const TemporaryDirectory directory_;
};

TEST_F(BlockingCallTest, AFileIsMadeRenamedAndRemoved) {
  const OperationResult made = Call(OperationKind::kCreateExclusive, "a");
  ASSERT_EQ(made.os_error, 0);
  EXPECT_EQ(Call(OperationKind::kClose, made.value).os_error, 0);
  EXPECT_EQ(Call(OperationKind::kCreateExclusive, "a").os_error, EEXIST);
  EXPECT_EQ(Call(OperationKind::kRename, "a", "b").os_error, 0);
  EXPECT_FALSE(Exists("a"));
  EXPECT_TRUE(Exists("b"));
  EXPECT_EQ(Call(OperationKind::kUnlink, "b").os_error, 0);
  EXPECT_FALSE(Exists("b"));
}

TEST_F(BlockingCallTest, TheSizeIsThatOfTheFile) {
  directory_.Write("a", "12345");
  const OperationResult file = Call(OperationKind::kOpenForRead, "a");
  ASSERT_EQ(file.os_error, 0);
  EXPECT_EQ(Call(OperationKind::kSize, file.value).value, 5);
  EXPECT_EQ(Call(OperationKind::kClose, file.value).os_error, 0);
  EXPECT_EQ(Call(OperationKind::kSize, file.value).os_error, EBADF);
}

TEST_F(BlockingCallTest, ErrorsAreReturned) {
  EXPECT_EQ(Call(OperationKind::kMakeDirectory, "d").os_error, 0);
  EXPECT_EQ(Call(OperationKind::kMakeDirectory, "d").os_error, EEXIST);
  EXPECT_EQ(Call(OperationKind::kMakeDirectory, "x/y").os_error, ENOENT);
  EXPECT_EQ(Call(OperationKind::kOpenForRead, "x").os_error, ENOENT);
  EXPECT_EQ(Call(OperationKind::kUnlink, "x").os_error, ENOENT);
  EXPECT_EQ(Call(OperationKind::kRename, "x", "y").os_error, ENOENT);
}

}  // namespace
}  // namespace perfecthash
