#include "engine/perfect_hash/hashed_half.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "engine/perfect_hash/seed_rule.h"
#include "tests/support/key_sets.h"
#include "tests/support/reference_graph.h"

namespace perfecthash {
namespace {

// The first half of the seeds of an attempt, hashed.
class Made {
 public:
  Made(const KeySet& keys, const Kernel& kernel, HashFunctionId id,
       std::uint64_t attempt, Workspace& workspace)
      : size_(GraphSize::For(keys.size(), 0)),
        layout_(keys.size(), size_),
        memory_(layout_.bytes()),
        hash_(MakeHashParameters(
            GetHashFunction(id),
            DrawSeeds(GetHashFunction(id), {.seed = 5}, attempt),
            size_.vertex_count, keys.zero_key_bias())),
        half_(layout_, memory_.data()) {
    const auto scratch = workspace.ForPool(size_, layout_.bytes());
    MakeHashedHalf({.keys = keys,
                    .kernel = kernel,
                    .function = id,
                    .hash = hash_,
                    .size = size_},
                   scratch, half_);
    score_ = ScoreOf(keys, half_, scratch);
  }

  const GraphSize& size() const { return size_; }
  const HashedHalf& half() const { return half_; }
  const HashParameters& hash() const { return hash_; }
  std::uint64_t score() const { return score_; }
  std::uint32_t vertex(std::size_t i) const {
    return layout_.is_narrow() ? half_.narrow_vertices()[i]
                               : half_.wide_vertices()[i];
  }
  bool shares(std::size_t i) const {
    return (half_.shared()[i / 64] >> (i % 64) & 1) != 0;
  }

 private:
  GraphSize size_;
  HalfLayout layout_;
  AlignedArray<std::uint8_t> memory_;
  HashParameters hash_;
  HashedHalf half_;
  std::uint64_t score_ = 0;
};

std::vector<std::vector<std::uint32_t>> Sets() {
  std::vector<std::vector<std::uint32_t>> sets;
  for (const std::size_t count : {1, 2, 15, 16, 17, 63, 64, 65, 700, 5000}) {
    sets.push_back(RandomKeys(count, count));
    sets.push_back(AddressKeys(count, count));
    sets.push_back(LinearKeys(count, 0, 8));
  }
  sets.push_back(AddressKeys(40'000, 1));  // vertices of 32 bits
  return sets;
}

class HashedHalfTest : public ::testing::TestWithParam<const Kernel*> {
 protected:
  void SetUp() override {
    if (!GetParam()->supported()) GTEST_SKIP() << "not on this machine";
  }
};

TEST_P(HashedHalfTest, GroupsAreTheVerticesThatKeysShare) {
  Workspace workspace;
  for (const auto& list : Sets()) {
    const KeySet keys = MakeKeySet(list);
    for (const HashFunction& function : AllHashFunctions()) {
      const Made made(keys, *GetParam(), function.id, 3, workspace);
      std::map<std::uint32_t, int> counts;
      for (std::size_t i = 0; i < keys.size(); ++i) {
        const std::uint32_t vertex =
            HashKey(function.id, made.hash(), keys.keys()[i]).first;
        ASSERT_EQ(made.vertex(i), vertex) << function.name;
        ++counts[vertex];
      }
      std::map<std::uint32_t, std::uint32_t> vertex_of_group;
      for (std::size_t i = 0; i < keys.size(); ++i) {
        const std::uint32_t group = made.half().groups()[i];
        ASSERT_EQ(made.shares(i), counts[made.vertex(i)] > 1);
        ASSERT_EQ(group != 0, made.shares(i));
        if (group == 0) continue;
        ASSERT_LE(group, made.half().group_count());
        const auto [known, is_new] =
            vertex_of_group.insert({group, made.vertex(i)});
        ASSERT_EQ(known->second, made.vertex(i));
      }
      EXPECT_EQ(vertex_of_group.size(), made.half().group_count());
    }
  }
}

TEST_P(HashedHalfTest, AllIsAsTheScalarKernelHasIt) {
  Workspace workspace;
  const auto kFunction = HashFunctionId::kMultiplyShiftRX;
  for (const auto& list : Sets()) {
    const KeySet keys = MakeKeySet(list);
    std::vector<Made> scalar, other;
    for (std::uint64_t i = 1; i <= 8; ++i) {
      scalar.emplace_back(keys, *FindKernel("scalar"), kFunction, i, workspace);
      other.emplace_back(keys, *GetParam(), kFunction, i, workspace);
      EXPECT_EQ(scalar.back().score(), other.back().score());
    }
    const GraphSize size = scalar[0].size();
    const auto scratch =
        workspace.ForPool(size, HalfLayout(keys.size(), size).bytes());
    std::uint32_t* const parents = workspace.ForAttempt(size).parents;
    for (int i = 0; i < 8; ++i) {
      for (int j = 0; j < 8; ++j) {
        const std::uint32_t mask = size.vertex_count - 1;
        EXPECT_EQ(
            FindLoops(*GetParam(), other[i].half(), other[j].half(), mask),
            FindLoops(*FindKernel("scalar"), scalar[i].half(), scalar[j].half(),
                      mask));
        EXPECT_EQ(SharingCloses(*GetParam(), other[i].half(), other[j].half(),
                                scratch, parents),
                  SharingCloses(*FindKernel("scalar"), scalar[i].half(),
                                scalar[j].half(), scratch, parents));
      }
    }
  }
}

TEST_P(HashedHalfTest, WhatIsRefusedHasALoopOrACycle) {
  Workspace workspace;
  const auto kFunction = HashFunctionId::kMultiplyShiftRX;
  int refused_count = 0;
  int kept_count = 0;
  for (const std::size_t count : {60, 100, 300, 600, 3000}) {
    const KeySet keys = MakeKeySet(AddressKeys(count, count));
    std::vector<Made> made;
    for (std::uint64_t i = 1; i <= 30; ++i) {
      made.emplace_back(keys, *GetParam(), kFunction, i, workspace);
    }
    const GraphSize size = made[0].size();
    const auto scratch =
        workspace.ForPool(size, HalfLayout(keys.size(), size).bytes());
    std::uint32_t* const parents = workspace.ForAttempt(size).parents;
    for (int i = 0; i < 30; ++i) {
      for (int j = 0; j < i; ++j) {
        std::vector<ReferenceEdge> edges;
        for (std::size_t k = 0; k < keys.size(); ++k) {
          edges.push_back({made[i].vertex(k), made[j].vertex(k)});
        }
        const ReferenceGraph graph(edges, size.vertex_count);
        const bool has_loop =
            (FindLoops(*GetParam(), made[i].half(), made[j].half(), 0) & 1) !=
            0;
        EXPECT_EQ(has_loop, graph.has_loop());
        const bool closes = SharingCloses(*GetParam(), made[i].half(),
                                          made[j].half(), scratch, parents);
        EXPECT_TRUE(!closes || graph.has_cycle());
        refused_count += closes;
        kept_count += !closes;
      }
    }
  }
  EXPECT_GT(refused_count, 100);
  EXPECT_GT(kept_count, 100);
}

INSTANTIATE_TEST_SUITE_P(AllKernels, HashedHalfTest,
                         ::testing::ValuesIn(AllKernels()),
                         [](const auto& info) {
                           return std::string(info.param->name);
                         });

TEST(HashedHalfScoreTest, CountsPairsOfEqualDifferences) {
  // Half of the vertices differ in the low byte of the key alone, so that four
  // keys each share a vertex, with the same differences.
  const KeySet keys = MakeKeySet(LinearKeys(4096, 0x1000, 1));
  Workspace workspace;
  const Made structured(keys, *FindKernel("scalar"),
                        HashFunctionId::kMultiplyShiftRX, 1, workspace);
  const Made mixed(keys, *FindKernel("scalar"), HashFunctionId::kJenkins, 1,
                   workspace);
  std::uint64_t sharing = 0;
  for (std::size_t i = 0; i < keys.size(); ++i) sharing += mixed.shares(i);
  EXPECT_GT(mixed.score(), 0u);
  EXPECT_LT(mixed.score(), 3 * sharing);
  static_cast<void>(structured);
}

}  // namespace
}  // namespace perfecthash
