#include "engine/base/mapped_file.h"

#include <unistd.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/file_bytes.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace perfecthash {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class MappedFileTest : public testing::Test {
 protected:
  MappedFileTest()
      : path_(testing::TempDir() + "/mapped_file_" +
              std::to_string(::getpid())) {}
  ~MappedFileTest() override { std::filesystem::remove(path_); }

  void Write(const std::vector<std::uint8_t>& bytes) {
    ASSERT_TRUE(WriteFileBytes(path_, bytes).ok());
  }

  const std::string path_;
};

TEST_F(MappedFileTest, BytesAreTheFiles) {
  Write({1, 2, 3});
  const auto file = MappedFile::Open(path_);
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_THAT(file->bytes(), ElementsAre(1, 2, 3));
}

TEST_F(MappedFileTest, EmptyFileHasNoBytes) {
  Write({});
  const auto file = MappedFile::Open(path_);
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_THAT(file->bytes(), IsEmpty());
}

TEST_F(MappedFileTest, StaysWhatItWasWhenTheFileIsReplacedOrRemoved) {
  Write({1, 2, 3});
  const auto file = MappedFile::Open(path_);
  ASSERT_TRUE(file.ok()) << file.status();
  const absl::Status replaced =
      WriteFileBytes(path_, std::vector<std::uint8_t>{4});
  if (absl::IsPermissionDenied(replaced)) GTEST_SKIP() << replaced;  // Windows
  ASSERT_EQ(replaced, absl::OkStatus());
  EXPECT_THAT(file->bytes(), ElementsAre(1, 2, 3));
  std::filesystem::remove(path_);
  EXPECT_THAT(file->bytes(), ElementsAre(1, 2, 3));
}

TEST_F(MappedFileTest, CopiesItsBytes) {
  for (const std::size_t size : {0, 1, 4096, 100'000}) {
    std::vector<std::uint8_t> bytes(size);
    for (std::size_t i = 0; i < size; ++i) bytes[i] = i * 7 & 0xff;
    Write(bytes);
    const auto file = MappedFile::Open(path_);
    ASSERT_TRUE(file.ok()) << file.status();
    std::vector<std::uint8_t> copy(size + 1);
    ASSERT_TRUE(file->CopyTo(absl::MakeSpan(copy)).ok());
    copy.pop_back();
    EXPECT_EQ(copy, bytes);
  }
}

TEST_F(MappedFileTest, MovedOneKeepsTheMapping) {
  Write({7});
  auto file = MappedFile::Open(path_);
  ASSERT_TRUE(file.ok()) << file.status();
  const MappedFile moved = *std::move(file);
  EXPECT_THAT(moved.bytes(), ElementsAre(7));
}

TEST_F(MappedFileTest, MissingFileIsNotFoundAndNamed) {
  const auto file = MappedFile::Open(path_);
  EXPECT_EQ(file.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(file.status().message()), HasSubstr(path_));
}

TEST_F(MappedFileTest, WhatIsNoRegularFileIsRefused) {
  EXPECT_EQ(MappedFile::Open(testing::TempDir()).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(MappedFileTest, FileAboveTheLimitIsRefused) {
  Write({1, 2, 3});
  EXPECT_TRUE(MappedFile::Open(path_, 3).ok());
  EXPECT_EQ(MappedFile::Open(path_, 2).status().code(),
            absl::StatusCode::kResourceExhausted);
}

}  // namespace
}  // namespace perfecthash
