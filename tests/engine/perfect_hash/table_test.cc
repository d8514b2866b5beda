#include "engine/perfect_hash/table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "engine/perfect_hash/solver.h"
#include "tests/support/key_sets.h"

namespace perfecthash {
namespace {

Table Solve(const KeySet& keys, const SolverOptions& options) {
  const auto solver = Solver::Create(keys, options);
  Workspace workspace;
  std::uint64_t attempt = 1;
  while (solver->Try(attempt, workspace, nullptr) != Outcome::kSolved) {
    ++attempt;
  }
  return *solver->Build(attempt, workspace);
}

TEST(TableTest, IndexOfAKeyIsItsRankAndOfOthersIsInRange) {
  for (const std::size_t count : {5, 200, 300, 70'000}) {
    const auto list = RandomKeys(count, count);
    const Table table = Solve(MakeKeySet(list), {});
    for (std::size_t i = 0; i < count; ++i) {
      ASSERT_EQ(table.Index(list[i]), i);
      ASSERT_LT(table.Index(list[i] + 1), table.parameters().size.edge_count);
    }
  }
}

TEST(TableTest, IndexOfA64BitKeyPacksIt) {
  std::vector<std::uint64_t> list;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    list.push_back(0xffff800000000000 | i << 20 | (i & 1) << 44);
  }
  std::sort(list.begin(), list.end());
  const auto keys =
      KeySet::Parse(KeyFileBytes(absl::MakeConstSpan(list)), KeyWidth::k64Bits);
  ASSERT_TRUE(keys.ok());
  const Table table = Solve(*keys, {});
  for (std::size_t i = 0; i < list.size(); ++i) {
    ASSERT_EQ(table.Index(list[i]), i);
  }
  EXPECT_EQ(table.parameters().key_width, KeyWidth::k64Bits);
}

TEST(TableTest, SizeIsThatOfTheAssignedArray) {
  EXPECT_EQ(Solve(MakeKeySet(RandomKeys(200, 1)), {}).SizeBytes(), 512u);
  EXPECT_EQ(Solve(MakeKeySet(RandomKeys(300, 1)), {}).SizeBytes(), 2048u);
  EXPECT_EQ(Solve(MakeKeySet(RandomKeys(70'000, 1)), {}).SizeBytes(),
            262'144u * 4);
}

TEST(TableTest, VerificationFindsASingleWrongEntry) {
  for (const std::size_t count : {200, 300, 70'000}) {
    const KeySet keys = MakeKeySet(RandomKeys(count, 1));
    const Table table = Solve(keys, {});
    EXPECT_TRUE(table.Verify(keys));
    AlignedArray<std::uint8_t> wrong(table.SizeBytes());
    std::memcpy(wrong.data(), table.assigned().data(), wrong.size());
    const VertexPair pair = HashKey(table.parameters().function,
                                    table.parameters().hash, keys.keys()[17]);
    const std::size_t entry_bytes = table.parameters().size.entry_bytes();
    wrong.data()[pair.first * entry_bytes] ^= 1;
    EXPECT_FALSE(Table(table.parameters(), std::move(wrong)).Verify(keys));
  }
}

TEST(TableTest, VerificationFindsAnotherSet) {
  const Table table = Solve(MakeKeySet(RandomKeys(200, 1)), {});
  EXPECT_FALSE(table.Verify(MakeKeySet(RandomKeys(200, 2))));
  EXPECT_FALSE(table.Verify(MakeKeySet(RandomKeys(199, 1))));
}

TEST(TableTest, EntriesAndLookUpReadTheArrayWhateverItsWidth) {
  for (const std::size_t count : {200, 300, 70'000}) {
    const auto list = RandomKeys(count, count);
    const Table table = Solve(MakeKeySet(list), {});
    const std::vector<std::uint8_t> elsewhere(table.assigned().begin(),
                                              table.assigned().end());
    const auto& parameters = table.parameters();
    for (std::size_t i = 0; i < count; ++i) {
      const VertexPair pair =
          HashKey(parameters.function, parameters.hash, list[i]);
      ASSERT_EQ((table.entry(pair.first) + table.entry(pair.second)) &
                    parameters.index_mask(),
                i);
      ASSERT_EQ(LookUpIndex(parameters, elsewhere.data(), list[i]), i);
    }
  }
}

}  // namespace
}  // namespace perfecthash
