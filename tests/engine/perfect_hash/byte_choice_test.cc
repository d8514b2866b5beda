#include "engine/perfect_hash/byte_choice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace perfecthash {
namespace {

using ::testing::ElementsAre;

// How often each value is chosen by numbers that are spread evenly.
std::vector<int> Chosen(const ByteChoice& choice, int draws, int values) {
  std::vector<int> counts(values);
  for (int i = 0; i < draws; ++i) {
    ++counts[choice.Choose(
        static_cast<std::uint32_t>((std::uint64_t{1} << 32) * i / draws))];
  }
  return counts;
}

TEST(ByteChoiceTest, ValuesAreDrawnAsOftenAsTheyCount) {
  const std::vector<std::uint32_t> counts = {0, 3, 0, 1, 4, 0};
  EXPECT_THAT(Chosen(ByteChoice(counts), 1024, 6),
              ElementsAre(0, 384, 0, 128, 512, 0));
}

TEST(ByteChoiceTest, TheEndsOfTheNumbersAreTheEndsOfTheValues) {
  std::vector<std::uint32_t> counts(64, 0);
  counts[5] = 1;
  counts[63] = 0xfffffffe;
  const ByteChoice choice(counts);
  EXPECT_FALSE(choice.is_empty());
  EXPECT_EQ(choice.Choose(0), 5u);
  EXPECT_EQ(choice.Choose(2), 63u);
  EXPECT_EQ(choice.Choose(0xffffffff), 63u);
}

TEST(ByteChoiceTest, WithoutCountsThereIsNothingToDraw) {
  EXPECT_TRUE(ByteChoice().is_empty());
}

}  // namespace
}  // namespace perfecthash
