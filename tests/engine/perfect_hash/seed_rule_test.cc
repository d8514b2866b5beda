#include "engine/perfect_hash/seed_rule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <vector>

#include "engine/perfect_hash/philox.h"

namespace perfecthash {
namespace {

using ::testing::ElementsAre;

const HashFunction& Mulshrolate2RX() {
  return *FindHashFunction("Mulshrolate2RX");
}

TEST(SeedRuleTest, SeedsAreOutputsOfTheSubsequence) {
  SeedStream stream(9, 3);
  const std::uint32_t first = stream.Next();
  const std::uint32_t second = stream.Next();
  const std::uint32_t third = stream.Next() & 0x1f1f00;
  EXPECT_THAT(DrawSeeds(Mulshrolate2RX(), {.seed = 9}, 3).span(),
              ElementsAre(first, second, third));
}

TEST(SeedRuleTest, FixedSeedsStayAndTheOthersAreDrawnAsEver) {
  const SeedRule rule = {.seed = 9,
                         .fixed = {.values = {0, 77, 0}, .count = 3}};
  EXPECT_FALSE(rule.is_fixed());
  const auto drawn = DrawSeeds(Mulshrolate2RX(), {.seed = 9}, 3);
  EXPECT_THAT(DrawSeeds(Mulshrolate2RX(), rule, 3).span(),
              ElementsAre(drawn.values[0], 77, drawn.values[2]));
}

TEST(SeedRuleTest, MasksNarrowWhatIsDrawnButNotWhatIsFixed) {
  SeedRule rule = {.fixed = {.values = {0, 0xffff, 0}, .count = 3}};
  rule.masks = {0xff, 0xff, 0xff00};
  for (std::uint64_t attempt = 1; attempt < 100; ++attempt) {
    const Seeds seeds = DrawSeeds(Mulshrolate2RX(), rule, attempt);
    EXPECT_EQ(seeds.values[1], 0xffffu);
    EXPECT_EQ(seeds.values[0] & ~0xffu, 0u);
    // One bit that no rotation looks at stands for none of the others.
    EXPECT_EQ(seeds.values[2] & 0x1f1f00 & ~0x1f00u, 0u);
  }
}

TEST(SeedRuleTest, ChosenBytesAreDrawnByTheirCountsAndTheRestAsEver) {
  SeedRule rule = {.seed = 9};
  rule.seed3_bytes[1] = ByteChoice(std::vector<std::uint32_t>{0, 0, 0, 1});
  rule.seed3_bytes[2] = ByteChoice(std::vector<std::uint32_t>{0, 1, 0, 1});
  std::map<std::uint32_t, int> seen;
  for (std::uint64_t attempt = 1; attempt <= 100; ++attempt) {
    const Seeds drawn = DrawSeeds(Mulshrolate2RX(), {.seed = 9}, attempt);
    const Seeds seeds = DrawSeeds(Mulshrolate2RX(), rule, attempt);
    EXPECT_EQ(seeds.values[0], drawn.values[0]);
    EXPECT_EQ(seeds.values[1], drawn.values[1]);
    ++seen[seeds.values[2]];
  }
  ASSERT_EQ(seen.size(), 2u);
  EXPECT_GT(seen[0x10300], 20);
  EXPECT_GT(seen[0x30300], 20);
}

TEST(SeedRuleTest, NoByteIsChosenInAFixedSeedOrAFactor) {
  const ByteChoice seven(std::vector<std::uint32_t>{0, 0, 0, 0, 0, 0, 0, 1});
  SeedRule rule = {.seed = 9};
  rule.seed3_bytes.fill(seven);
  // Seed 3 of this one is a factor, and that one has two seeds.
  for (const char* name : {"MultiplyXorShiftRX", "MultiplyShiftRX"}) {
    const HashFunction& function = *FindHashFunction(name);
    EXPECT_EQ(DrawSeeds(function, rule, 5),
              DrawSeeds(function, {.seed = 9}, 5));
  }
  rule.fixed = {.values = {0, 0, 0x20100}, .count = 3};
  EXPECT_EQ(DrawSeeds(Mulshrolate2RX(), rule, 5).values[2], 0x20100u);
}

TEST(SeedRuleTest, HalvesAreTreatedAlikeUnlessARuleSaysOtherwise) {
  SeedRule rule;
  EXPECT_TRUE(TreatsHalvesAlike(Mulshrolate2RX(), rule));
  rule.masks[0] = 0xffff;
  EXPECT_FALSE(TreatsHalvesAlike(Mulshrolate2RX(), rule));
  rule.masks[1] = 0xffff;
  EXPECT_TRUE(TreatsHalvesAlike(Mulshrolate2RX(), rule));
  rule.seed3_bytes[1] = ByteChoice(std::vector<std::uint32_t>{1, 2});
  EXPECT_FALSE(TreatsHalvesAlike(Mulshrolate2RX(), rule));
  // Of a function that has no such bytes.
  EXPECT_TRUE(TreatsHalvesAlike(*FindHashFunction("MultiplyShiftRX"), rule));
  rule.seed3_bytes[2] = rule.seed3_bytes[1];
  EXPECT_TRUE(TreatsHalvesAlike(Mulshrolate2RX(), rule));
}

TEST(SeedRuleTest, FactorsOfOurFunctionsAreOdd) {
  for (const char* name : {"MultiplyXorShiftRX", "WideMultiplyShiftRX",
                           "WideMultiplyXorShiftRX"}) {
    const HashFunction& function = *FindHashFunction(name);
    for (std::uint64_t attempt = 1; attempt < 100; ++attempt) {
      const Seeds seeds = DrawSeeds(function, {}, attempt);
      for (int i = 0; i < seeds.count; ++i) {
        // The high half of a wide factor may be even.
        const bool is_high = function.takes_wide_keys() && i < 4 && i % 2 == 1;
        EXPECT_TRUE(is_high || seeds.values[i] % 2 == 1) << name << i;
      }
    }
  }
}

TEST(SeedRuleTest, NoSeedOfShiftsIsZeroThoughItsShiftsMayBe) {
  int unshifted_count = 0;
  for (std::uint64_t attempt = 1; attempt < 5000; ++attempt) {
    const Seeds seeds = DrawSeeds(Mulshrolate2RX(), {}, attempt);
    ASSERT_NE(seeds.values[2], 0u);
    if ((seeds.values[2] & 0x1f1f00) != 0) continue;
    ++unshifted_count;
    // Given back, it is the same.
    const SeedRule rule = {.fixed = seeds};
    EXPECT_TRUE(rule.is_fixed());
    EXPECT_EQ(DrawSeeds(Mulshrolate2RX(), rule, 1), seeds);
  }
  EXPECT_GT(unshifted_count, 0);
}

}  // namespace
}  // namespace perfecthash
