#include "engine/io/mapped_write.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "engine/base/file_bytes.h"
#include "engine/base/mapped_file.h"

namespace perfecthash {
namespace {

class MappedWriteTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern =
        std::filesystem::temp_directory_path() / "mapped-write-XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    directory_ = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  std::size_t FileCount() const {
    return std::distance(std::filesystem::directory_iterator(directory_), {});
  }

  absl::Span<std::uint8_t> chunk() { return absl::MakeSpan(chunk_); }

  std::filesystem::path directory_;
  std::vector<std::uint8_t> chunk_ = std::vector<std::uint8_t>(10'000);
};

TEST_F(MappedWriteTest, WhatIsWrittenIsRead) {
  const std::string path = directory_ / "file";
  // Pages and chunks, which need not be pages.
  for (std::size_t size : {0, 1, 4095, 4096, 9999, 10'000, 10'001, 400'000}) {
    SCOPED_TRACE(size);
    std::vector<std::uint8_t> bytes(size);
    for (std::size_t i = 0; i < size; ++i) bytes[i] = (i * 7 + i / 256) & 0xff;
    MemorySource source(bytes);
    const auto written = WriteMappedFile(path, source, chunk(), size);
    ASSERT_TRUE(written.ok()) << written.status();
    EXPECT_EQ(*written, size);
    EXPECT_EQ(*ReadFileBytes(path, 1'000'000), bytes);
    const auto mapped = MappedFile::Open(path);
    ASSERT_TRUE(mapped.ok());
    EXPECT_EQ(mapped->bytes(), absl::MakeConstSpan(bytes));
    EXPECT_EQ(FileCount(), 1u);
  }
}

TEST_F(MappedWriteTest, ErrorsAndCancellationLeaveNothingBehind) {
  TextSource source("text");
  EXPECT_EQ(WriteMappedFile(directory_ / "missing" / "file", source, chunk(), 1)
                .status()
                .code(),
            absl::StatusCode::kNotFound);
  CancellationSource cancellation;
  cancellation.Cancel();
  EXPECT_EQ(
      WriteMappedFile(directory_ / "file", source, chunk(), 2, cancellation)
          .status()
          .code(),
      absl::StatusCode::kCancelled);
  EXPECT_EQ(FileCount(), 0u);
}

TEST_F(MappedWriteTest, AFullDiskIsAnErrorAndNoSignal) {
  if (::mount("tmpfs", directory_.c_str(), "tmpfs", 0, "size=256k") != 0) {
    GTEST_SKIP() << "cannot mount a small tmpfs: " << std::strerror(errno);
  }
  std::vector<std::uint8_t> bytes(1'000'000, 1);
  MemorySource source(bytes);
  const auto written = WriteMappedFile(directory_ / "file", source, chunk(), 1);
  const std::size_t file_count = FileCount();
  ::umount(directory_.c_str());
  EXPECT_EQ(written.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(file_count, 0u);
}

}  // namespace
}  // namespace perfecthash
