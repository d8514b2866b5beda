#include "engine/io/chunk_writing.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace perfecthash {
namespace {

// Writes "0123456789" by chunks of four bytes into `written`.
class ChunkWritingTest : public testing::Test {
 protected:
  absl::StatusOr<std::uint64_t> Write(WriteChunk write) {
    TextSource source("0123456789");
    std::vector<std::uint8_t> chunk(4);
    return WriteChunks(source, absl::MakeSpan(chunk), "file", cancellation_,
                       write);
  }

  CancellationSource cancellation_;
};

TEST_F(ChunkWritingTest, EveryChunkComesAtItsOffset) {
  std::string written;
  const auto size =
      Write([&](std::uint64_t offset, absl::Span<const std::uint8_t> bytes) {
        EXPECT_EQ(offset, written.size());
        written.append(bytes.begin(), bytes.end());
        return absl::OkStatus();
      });
  ASSERT_TRUE(size.ok()) << size.status();
  EXPECT_EQ(*size, 10u);
  EXPECT_EQ(written, "0123456789");
}

TEST_F(ChunkWritingTest, TheFirstErrorEndsIt) {
  int count = 0;
  const auto size = Write([&](std::uint64_t, auto) {
    return ++count == 2 ? absl::DataLossError("disk") : absl::OkStatus();
  });
  EXPECT_EQ(size.status(), absl::DataLossError("disk"));
  EXPECT_EQ(count, 2);
}

TEST_F(ChunkWritingTest, ACancellationEndsItBeforeTheNextChunk) {
  int count = 0;
  const auto size = Write([&](std::uint64_t, auto) {
    ++count;
    cancellation_.Cancel();
    return absl::OkStatus();
  });
  EXPECT_TRUE(absl::IsCancelled(size.status()));
  EXPECT_EQ(size.status().message(), "cancelled while writing file");
  EXPECT_EQ(count, 1);
}

}  // namespace
}  // namespace perfecthash
