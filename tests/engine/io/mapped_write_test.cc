#include "engine/io/mapped_write.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "engine/base/file_bytes.h"
#include "engine/base/mapped_file.h"
#include "tests/support/temporary_directory.h"

namespace perfecthash {
namespace {

class MappedWriteTest : public testing::Test {
 protected:
  std::size_t FileCount() const {
    return std::distance(std::filesystem::directory_iterator(directory_.path()),
                         {});
  }

  absl::Span<std::uint8_t> chunk() { return absl::MakeSpan(chunk_); }

  const TemporaryDirectory directory_;
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
  EXPECT_EQ(WriteMappedFile(directory_ / "missing/file", source, chunk(), 1)
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

}  // namespace
}  // namespace perfecthash
