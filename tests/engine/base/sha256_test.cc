#include "engine/base/sha256.h"

#include <string_view>
#include <vector>

#include "gtest/gtest.h"

namespace perfecthash {
namespace {

// The first two of these are the published examples of FIPS 180-4.
constexpr char kAbc[] =
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
constexpr char kTwoBlocks[] =
    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1";
constexpr char kNothing[] =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

absl::Span<const std::uint8_t> Bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

TEST(Sha256Test, PublishedExamplesHold) {
  EXPECT_EQ(ToHex(Sha256(Bytes("abc"))), kAbc);
  EXPECT_EQ(ToHex(Sha256(Bytes(
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"))),
            kTwoBlocks);
  EXPECT_EQ(ToHex(Sha256({})), kNothing);
}

TEST(Sha256StreamTest, PiecesDoNotMatter) {
  std::vector<std::uint8_t> bytes(1'000);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<std::uint8_t>(i);
  }
  const absl::Span<const std::uint8_t> all(bytes);
  for (const std::size_t piece : {1, 7, 64, 999, 1'000}) {
    Sha256Stream stream;
    for (std::size_t at = 0; at < all.size(); at += piece) {
      stream.Update(all.subspan(at, piece));
    }
    EXPECT_EQ(stream.Finish(), Sha256(bytes)) << "pieces of " << piece;
  }
}

TEST(Sha256StreamTest, PeekSeesThePiecesSoFarAndTheSequenceGoesOn) {
  Sha256Stream stream;
  EXPECT_EQ(ToHex(stream.Peek()), kNothing);
  stream.Update(Bytes("ab"));
  stream.Update(Bytes("c"));
  EXPECT_EQ(ToHex(stream.Peek()), kAbc);
  EXPECT_EQ(ToHex(stream.Finish()), kAbc);
}

}  // namespace
}  // namespace perfecthash
