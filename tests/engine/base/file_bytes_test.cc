#include "engine/base/file_bytes.h"

#include <unistd.h>

#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace perfecthash {
namespace {

using ::testing::HasSubstr;

class FileBytesTest : public testing::Test {
 protected:
  FileBytesTest() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::path(testing::TempDir()) /
              ("file_bytes_" + std::to_string(::getpid()) + test->name());
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  ~FileBytesTest() override { std::filesystem::remove_all(folder_); }

  std::string Path(const std::string& name) const {
    return (folder_ / name).string();
  }

  int FileCount() const {
    int count = 0;
    for ([[maybe_unused]] const auto& entry :
         std::filesystem::directory_iterator(folder_)) {
      ++count;
    }
    return count;
  }

  std::filesystem::path folder_;
};

TEST_F(FileBytesTest, WhatIsWrittenIsRead) {
  std::vector<std::uint8_t> bytes(100'000);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<std::uint8_t>(i * 7);
  }
  ASSERT_TRUE(WriteFileBytes(Path("a"), bytes).ok());
  const auto read = ReadFileBytes(Path("a"), bytes.size());
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(*read, bytes);
}

TEST_F(FileBytesTest, EmptyFileIsReadAsNoBytes) {
  ASSERT_TRUE(WriteFileBytes(Path("empty"), {}).ok());
  const auto read = ReadFileBytes(Path("empty"), 0);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_TRUE(read->empty());
}

TEST_F(FileBytesTest, WriteReplacesTheWholeFileAndLeavesNothingElse) {
  ASSERT_TRUE(WriteFileBytes(Path("a"), std::vector<std::uint8_t>(10)).ok());
  ASSERT_TRUE(WriteFileBytes(Path("a"), std::vector<std::uint8_t>{1}).ok());
  EXPECT_EQ(ReadFileBytes(Path("a"), 10)->size(), 1u);
  EXPECT_EQ(FileCount(), 1);
}

TEST_F(FileBytesTest, ManyWritersOfOneFileLeaveOneWholeFile) {
  std::vector<std::thread> writers;
  for (std::uint8_t number = 0; number < 8; ++number) {
    writers.emplace_back([this, number] {
      const std::vector<std::uint8_t> bytes(10'000, number);
      for (int i = 0; i < 20; ++i) {
        EXPECT_TRUE(WriteFileBytes(Path("a"), bytes).ok());
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  const auto read = ReadFileBytes(Path("a"), 10'000);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(*read, std::vector<std::uint8_t>(10'000, read->front()));
  EXPECT_EQ(FileCount(), 1);
}

TEST_F(FileBytesTest, MissingFileIsNotFoundAndNamed) {
  const auto read = ReadFileBytes(Path("nowhere"), 1);
  EXPECT_EQ(read.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(read.status().message()), HasSubstr(Path("nowhere")));
}

TEST_F(FileBytesTest, FileAboveTheLimitIsRefusedWithBothNumbers) {
  ASSERT_TRUE(WriteFileBytes(Path("a"), std::vector<std::uint8_t>(11)).ok());
  const auto read = ReadFileBytes(Path("a"), 10);
  EXPECT_EQ(read.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(read.status().message()), HasSubstr("11 bytes"));
  EXPECT_THAT(std::string(read.status().message()), HasSubstr("10"));
}

TEST_F(FileBytesTest, DirectoryIsNotReadAsAFile) {
  const auto read = ReadFileBytes(folder_.string(), 1 << 20);
  EXPECT_EQ(read.status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(FileBytesTest, FailedWriteLeavesNoTemporaryFile) {
  // A directory stands where the file should go, so the rename fails.
  std::filesystem::create_directories(Path("a/b"));
  EXPECT_FALSE(WriteFileBytes(Path("a"), std::vector<std::uint8_t>(1)).ok());
  EXPECT_EQ(FileCount(), 1);
}

TEST_F(FileBytesTest, WriteIntoAMissingDirectoryIsNotFound) {
  EXPECT_EQ(WriteFileBytes(Path("no/a"), {}).code(),
            absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace perfecthash
