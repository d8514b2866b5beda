#include "engine/perfect_hash/pool_generation.h"

#include <gtest/gtest.h>

#include <set>
#include <utility>

#include "engine/perfect_hash/seed_pool.h"

namespace perfecthash {
namespace {

TEST(PoolGenerationTest, EachTwoHalvesArePairedOnceTheBestFirst) {
  constexpr std::uint32_t kHalves = 200;
  std::set<std::pair<std::uint32_t, std::uint32_t>> pairs;
  std::uint32_t worst = 0;
  for (std::uint32_t i = 0; i < kHalves * (kHalves - 1) / 2; ++i) {
    const PoolPair pair = PoolPair::For(i);
    EXPECT_LT(pair.first, pair.second);
    EXPECT_GE(pair.second, worst);
    worst = pair.second;
    pairs.insert({pair.first, pair.second});
  }
  EXPECT_EQ(worst, kHalves - 1);
  EXPECT_EQ(pairs.size(), kHalves * (kHalves - 1) / 2);
}

TEST(PoolGenerationTest, GrowUpToABound) {
  const GraphSize size = GraphSize::For(1000, 0);
  std::uint32_t before = 0;
  for (std::uint32_t i = 0; i <= PoolGeneration::kLast; ++i) {
    const auto generation = PoolGeneration::For(i, 1000, size);
    EXPECT_GT(generation.attempt_count(), before);
    EXPECT_LE(generation.kept_count, generation.candidate_count);
    before = generation.attempt_count();
  }
  EXPECT_EQ(PoolGeneration::For(1000, 1000, size).attempt_count(), before);
}

TEST(PoolGenerationTest, LargeSetsKeepFewerHalvesAndTheLargestNone) {
  for (const std::size_t key_count : {1u, 100u, 31'016u, 100'000u, 400'000u}) {
    const GraphSize size = GraphSize::For(key_count, 0);
    if (!PoolGeneration::Suits(key_count, size)) continue;
    EXPECT_LE(SeedPool::BytesMax(key_count, 0), std::size_t{48} << 20);
  }
  EXPECT_TRUE(PoolGeneration::Suits(31'016, GraphSize::For(31'016, 0)));
  EXPECT_FALSE(PoolGeneration::Suits(1'000'000, GraphSize::For(1'000'000, 0)));
}

}  // namespace
}  // namespace perfecthash
