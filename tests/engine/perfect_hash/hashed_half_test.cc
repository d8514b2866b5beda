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
    const HalfOfKeys half = {.keys = keys,
                             .kernel = kernel,
                             .function = id,
                             .hash = hash_,
                             .size = size_};
    MakeHashedHalf(half, scratch, half_);
    score_ = ScoreOf(half, scratch, workspace.ForAttempt(size_).parents);
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

// The score by its definition. Of the keys that share a vertex, each has a
// difference to the one before it; differences fall into buckets by a product,
// and a bucket of c counts the sum of the first c odd numbers: c * c.
std::uint64_t ScoreByDefinition(const KeySet& keys, const Made& made) {
  std::map<std::uint32_t, std::uint32_t> last_of_vertex;
  std::map<std::uint32_t, std::uint64_t> counts;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const std::uint32_t key = keys.keys()[i];
    const auto [last, is_first] = last_of_vertex.insert({made.vertex(i), key});
    if (is_first) continue;
    ++counts[(key - last->second) * 0x9e3779b1u >> 20];
    last->second = key;
  }
  std::uint64_t score = 0;
  for (const auto& [bucket, count] : counts) score += count * count;
  return score;
}

TEST(HashedHalfScoreTest, IsTheSumOfSquaresOfEqualDifferences) {
  Workspace workspace;
  for (const auto& list : Sets()) {
    const KeySet keys = MakeKeySet(list);
    for (const auto id :
         {HashFunctionId::kMultiplyShiftRX, HashFunctionId::kJenkins}) {
      for (std::uint64_t attempt = 1; attempt <= 3; ++attempt) {
        const Made made(keys, BestKernel(), id, attempt, workspace);
        EXPECT_EQ(made.score(), ScoreByDefinition(keys, made));
      }
    }
  }
}

TEST(HashedHalfScoreTest, HalvesThatRepeatADifferenceScoreWorse) {
  // Of evenly spaced keys a product puts those together that are one certain
  // distance apart; a function that mixes has no such distance.
  const KeySet keys = MakeKeySet(AddressKeys(4096, 1));
  Workspace workspace;
  std::uint64_t structured = 0;
  std::uint64_t mixed = 0;
  for (std::uint64_t attempt = 1; attempt <= 20; ++attempt) {
    structured += Made(keys, BestKernel(), HashFunctionId::kMultiplyShiftRX,
                       attempt, workspace)
                      .score();
    mixed +=
        Made(keys, BestKernel(), HashFunctionId::kJenkins, attempt, workspace)
            .score();
  }
  EXPECT_GT(structured, 2 * mixed);
}

}  // namespace
}  // namespace perfecthash
