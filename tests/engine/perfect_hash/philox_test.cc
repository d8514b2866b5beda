#include "engine/perfect_hash/philox.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace perfecthash {
namespace {

using ::testing::ElementsAre;

// Known answers published with the paper's code (Random123, kat_vectors).
TEST(PhiloxTest, GivesTheKnownAnswers) {
  EXPECT_THAT(Philox4x32({0, 0, 0, 0}, {0, 0}),
              ElementsAre(0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8));
  EXPECT_THAT(Philox4x32({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
                         {0xffffffff, 0xffffffff}),
              ElementsAre(0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd));
  EXPECT_THAT(Philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
                         {0xa4093822, 0x299f31d0}),
              ElementsAre(0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1));
}

TEST(SeedStreamTest, TakesTheBlocksOfItsAttempt) {
  const std::uint64_t seed = 0x1122334455667788;
  const std::uint64_t attempt = 0x0000000700000009;
  SeedStream stream(seed, attempt);
  for (std::uint32_t block = 0; block < 3; ++block) {
    const auto expected =
        Philox4x32({block, 0, 9, 7}, {0x55667788, 0x11223344});
    for (const std::uint32_t output : expected) {
      EXPECT_EQ(stream.Next(), output);
    }
  }
}

TEST(SeedStreamTest, LeavesOutZeros) {
  // With seed 0 this is the first attempt that draws one (found by search).
  constexpr std::uint32_t kAttempt = 371492825;
  const auto block = Philox4x32({0, 0, kAttempt, 0}, {0, 0});
  ASSERT_EQ(block[1], 0u);
  SeedStream stream(0, kAttempt);
  EXPECT_EQ(stream.Next(), block[0]);
  EXPECT_EQ(stream.Next(), block[2]);
  EXPECT_EQ(stream.Next(), block[3]);
}

}  // namespace
}  // namespace perfecthash
