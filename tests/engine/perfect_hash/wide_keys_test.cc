// Keys of 64 bits that cannot be packed into 32.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "engine/perfect_hash/kernels/kernel.h"
#include "engine/perfect_hash/seed_rule.h"
#include "engine/perfect_hash/solver.h"
#include "tests/support/key_families.h"
#include "tests/support/key_sets.h"

namespace perfecthash {
namespace {

using ::testing::HasSubstr;

constexpr std::uint64_t kLast = std::numeric_limits<std::uint64_t>::max();

KeySet MakeWideSet(const std::vector<std::uint64_t>& keys) {
  auto set =
      KeySet::Parse(KeyFileBytes(absl::MakeConstSpan(keys)), KeyWidth::k64Bits);
  EXPECT_TRUE(set.ok()) << set.status();
  return *std::move(set);
}

// The formulas once more.
std::uint32_t Vertex(std::uint64_t key, std::uint32_t low, std::uint32_t high,
                     const std::vector<std::uint32_t>& factors, int shift) {
  const std::uint64_t factor = std::uint64_t{high} << 32 | low;
  auto v = static_cast<std::uint32_t>((key * factor) >> 32);
  if (!factors.empty()) {
    v = (v ^ v >> 15) * factors[0];
    v = (v ^ v >> 13) * factors[1];
  }
  return v >> shift;
}

Table Solve(const KeySet& keys, const SolverOptions& options) {
  const auto solver = Solver::Create(keys, options);
  Workspace workspace;
  std::uint64_t attempt = 1;
  while (solver->Try(attempt, workspace, nullptr) != Outcome::kSolved) {
    ++attempt;
  }
  auto table = solver->Build(attempt, workspace);
  EXPECT_TRUE(table.ok()) << table.status();
  return *std::move(table);
}

TEST(WideKeysTest, ASetKeepsOrderAndValues) {
  const std::vector<std::uint64_t> sorted = {0,          1,         1ull << 32,
                                             1ull << 33, kLast - 1, kLast};
  std::vector<std::uint64_t> keys = sorted;
  std::reverse(keys.begin(), keys.end());
  for (const auto& list : {sorted, keys}) {
    const KeySet set = MakeWideSet(list);
    EXPECT_TRUE(set.is_wide());
    EXPECT_EQ(set.input_was_sorted(), list == sorted);
    EXPECT_EQ(set.varying_bits(), kLast);
    EXPECT_EQ(set.zero_key_bias(), 3u);
    for (std::size_t i = 0; i < sorted.size(); ++i) {
      EXPECT_EQ(set.original_key(i), sorted[i]);
      EXPECT_EQ(set.hashed_key(i), sorted[i]);
    }
  }
  EXPECT_FALSE(MakeWideSet({0, 0xffffffff}).is_wide());
}

TEST(WideKeysTest, KeysThatDifferInTheHighHalfAloneAreNoDuplicates) {
  EXPECT_EQ(MakeWideSet({5, 5 | 1ull << 32, 0x0fffffff5}).size(), 3u);
  const std::vector<std::uint64_t> twice = {7, kLast, 1, kLast};
  const auto set = KeySet::Parse(KeyFileBytes(absl::MakeConstSpan(twice)),
                                 KeyWidth::k64Bits);
  EXPECT_EQ(set.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(set.status().message()),
              HasSubstr("0xffffffffffffffff) occurs 2 times"));
}

TEST(WideKeysTest, EveryKernelHashesByTheFormulas) {
  std::mt19937_64 random(5);
  for (const std::size_t count : {2, 15, 16, 17, 257, 1000}) {
    std::set<std::uint64_t> drawn = {0, kLast};
    while (drawn.size() < count) drawn.insert(random());
    const KeySet keys = MakeWideSet({drawn.begin(), drawn.end()});
    const std::size_t room = (count + 15) / 16 * 16;
    for (const char* name : {"WideMultiplyShiftRX", "WideMultiplyXorShiftRX"}) {
      const HashFunction& function = *FindHashFunction(name);
      const Seeds seeds = DrawSeeds(function, {.seed = 1}, count);
      const auto& s = seeds.values;
      const bool is_strong = seeds.count == 8;
      const HashParameters parameters =
          MakeHashParameters(function, seeds, 4096, keys);
      for (const Kernel* kernel : AllKernels()) {
        if (!kernel->supported()) continue;
        std::vector<std::uint32_t> first(room), second(room), half(room);
        const auto id = static_cast<std::size_t>(function.id);
        kernel->hash_block[id](keys.keys().data(), count, parameters,
                               first.data(), second.data());
        kernel->hash_half[id](keys.keys().data(), count, parameters,
                              half.data());
        for (std::size_t i = 0; i < count; ++i) {
          const std::uint64_t key = keys.original_key(i) + parameters.key_bias;
          using Factors = std::vector<std::uint32_t>;
          const std::uint32_t v1 = Vertex(
              key, s[0], s[1], is_strong ? Factors{s[4], s[6]} : Factors{}, 20);
          const std::uint32_t v2 = Vertex(
              key, s[2], s[3], is_strong ? Factors{s[5], s[7]} : Factors{}, 20);
          ASSERT_EQ(first[i], v1) << name << kernel->name << i;
          ASSERT_EQ(second[i], v2);
          ASSERT_EQ(half[i], v1);
          const VertexPair pair =
              HashKey(function.id, parameters, keys.original_key(i));
          ASSERT_EQ(pair.first, v1);
          ASSERT_EQ(pair.second, v2);
        }
      }
    }
  }
}

TEST(WideKeysTest, AutoSolvesAllKindsOfSets) {
  for (const WideKeyFamily& family : AllWideKeyFamilies()) {
    for (const std::size_t count : {2, 9, 300, 5000, 70'000}) {
      SCOPED_TRACE(std::string(family.name) + " " + std::to_string(count));
      const auto list = family.make(count, 3);
      const KeySet keys = MakeWideSet(list);
      if (count >= 5000) EXPECT_EQ(keys.is_wide(), family.is_wide);
      const Table table = Solve(keys, {});
      for (std::size_t i = 0; i < list.size(); ++i) {
        ASSERT_EQ(table.Index(list[i]), i);
      }
    }
  }
}

TEST(WideKeysTest, TheTableIsTheSameWithEveryKernel) {
  const KeySet keys = MakeWideSet(AllWideKeyFamilies()[0].make(100'000, 3));
  const Table expected = Solve(keys, {.kernel = "scalar"});
  for (const Kernel* kernel : AllKernels()) {
    if (!kernel->supported()) continue;
    const Table table = Solve(keys, {.kernel = std::string(kernel->name)});
    EXPECT_EQ(table.assigned(), expected.assigned());
  }
}

TEST(WideKeysTest, SeedsGivenBackReproduceTheTable) {
  const KeySet keys = MakeWideSet(AllWideKeyFamilies()[0].make(3000, 3));
  const Table table = Solve(keys, {.hash_function = "WideMultiplyXorShiftRX"});
  const auto seeds = table.parameters().seeds.span();
  const SolverOptions options = {.hash_function = "WideMultiplyXorShiftRX",
                                 .seeds = {seeds.begin(), seeds.end()}};
  EXPECT_EQ(Solver::Create(keys, options)->attempt_count_max(), 1u);
  EXPECT_EQ(Solve(keys, options).assigned(), table.assigned());
}

TEST(WideKeysTest, FunctionsOf32BitsAreRefused) {
  const KeySet keys = MakeWideSet(AllWideKeyFamilies()[0].make(100, 3));
  const auto solver = Solver::Create(keys, {.hash_function = "Jenkins"});
  EXPECT_EQ(solver.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(solver.status().message()),
              HasSubstr("WideMultiplyShiftRX"));
}

}  // namespace
}  // namespace perfecthash
