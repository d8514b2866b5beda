#include "engine/base/byte_source.h"

#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"

namespace perfecthash {
namespace {

// Pulls everything in pieces and checks the contract on the way.
std::string PullAll(ByteSource& source, std::size_t piece_bytes) {
  std::string all;
  std::vector<std::uint8_t> piece(piece_bytes);
  for (;;) {
    const std::size_t count = source.Fill(absl::MakeSpan(piece));
    all.append(piece.begin(), piece.begin() + static_cast<long>(count));
    if (count < piece_bytes) break;
  }
  EXPECT_EQ(source.Fill(absl::MakeSpan(piece)), 0u);
  return all;
}

TEST(ByteSourceTest, TextComesWholeInPiecesOfAnySize) {
  const std::string text = "a table is a graph without a cycle";
  for (const std::size_t piece : {1u, 2u, 7u, 34u, 35u, 1000u}) {
    TextSource source(text);
    EXPECT_EQ(PullAll(source, piece), text) << "pieces of " << piece;
  }
}

TEST(ByteSourceTest, MemoryComesWholeInPiecesOfAnySize) {
  const std::string_view text = "0123456789";
  const std::vector<std::uint8_t> bytes(text.begin(), text.end());
  for (const std::size_t piece : {1u, 3u, 5u, 10u, 11u}) {
    MemorySource source(bytes);
    EXPECT_EQ(PullAll(source, piece), text) << "pieces of " << piece;
  }
}

TEST(ByteSourceTest, EmptySourcesEndAtOnce) {
  MemorySource memory({});
  EXPECT_EQ(PullAll(memory, 4), "");
  TextSource text("");
  EXPECT_EQ(PullAll(text, 4), "");
}

}  // namespace
}  // namespace perfecthash
