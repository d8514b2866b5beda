#include "engine/perfect_hash/kernels/kernel.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "engine/perfect_hash/philox.h"
#include "tests/support/key_sets.h"

namespace perfecthash {
namespace {

const Kernel& Scalar() { return *FindKernel("scalar"); }

// Each test runs once for every kernel that this machine can run.
class KernelTest : public ::testing::TestWithParam<const Kernel*> {
 protected:
  void SetUp() override {
    if (!GetParam()->supported()) GTEST_SKIP() << "not on this machine";
  }
};

std::vector<std::vector<std::uint32_t>> KeysOfManySizes() {
  std::vector<std::vector<std::uint32_t>> sets;
  for (std::size_t count = 1; count <= 70; ++count) {
    sets.push_back(RandomKeys(count, count));
  }
  for (const std::size_t count : {255, 256, 257, 271, 513, 5000}) {
    sets.push_back(RandomKeys(count, count));
    sets.push_back(AddressKeys(count, count));
    sets.push_back(LinearKeys(count, 0, 1));
  }
  return sets;
}

HashParameters Draw(const HashFunction& function, std::uint32_t vertex_count,
                    std::uint64_t attempt) {
  SeedStream stream(11, attempt);
  Seeds seeds;
  seeds.count = function.seed_count;
  for (int i = 0; i < seeds.count; ++i) {
    seeds.values[i] = stream.Next() & function.seed_masks[i];
  }
  return MakeHashParameters(function, seeds, vertex_count, attempt % 3);
}

TEST_P(KernelTest, HashesAsScalarDoes) {
  const Kernel& kernel = *GetParam();
  std::uint64_t attempt = 0;
  for (const auto& list : KeysOfManySizes()) {
    const KeySet set = MakeKeySet(list);
    const std::size_t room = (set.size() + 15) / 16 * 16;
    for (const HashFunction& function : AllHashFunctions()) {
      const auto id = static_cast<int>(function.id);
      const HashParameters parameters = Draw(function, 8192, ++attempt);
      std::vector<std::uint32_t> first(room), second(room);
      kernel.hash_block[id](set.keys().data(), set.size(), parameters,
                            first.data(), second.data());
      for (std::size_t i = 0; i < set.size(); ++i) {
        const VertexPair pair = HashKey(function.id, parameters, set.keys()[i]);
        ASSERT_EQ(first[i], pair.first) << function.name << " key " << i;
        ASSERT_EQ(second[i], pair.second) << function.name << " key " << i;
      }
    }
  }
}

TEST_P(KernelTest, FindsTheLoopsThatScalarFinds) {
  const Kernel& kernel = *GetParam();
  for (const auto& list : KeysOfManySizes()) {
    const KeySet set = MakeKeySet(list);
    int found_count = 0;
    // About half of the attempts have a loop when there are twice as many
    // vertices as keys; a few vertices more for the smallest sets.
    const std::uint32_t vertices =
        std::max<std::uint32_t>(16, std::bit_ceil(set.size()) * 2);
    for (const HashFunction& function : AllHashFunctions()) {
      const auto id = static_cast<int>(function.id);
      for (std::uint64_t attempt = 1; attempt <= 40; ++attempt) {
        const HashParameters parameters = Draw(function, vertices, attempt);
        const bool expected =
            Scalar().has_loop[id](set.keys().data(), set.size(), parameters);
        ASSERT_EQ(
            kernel.has_loop[id](set.keys().data(), set.size(), parameters),
            expected)
            << function.name << " " << set.size() << " keys";
        found_count += expected;
      }
    }
    EXPECT_GT(found_count, 0);
    EXPECT_LT(found_count, 40 * kHashFunctionCount);
  }
}

TEST_P(KernelTest, FindsALoopInEveryLane) {
  // MultiplyShiftRX with equal seeds loops everywhere; with these only where
  // both products fall on one vertex, which the key at `place` alone does.
  const Kernel& kernel = *GetParam();
  const auto id = static_cast<int>(HashFunctionId::kMultiplyShiftRX);
  HashParameters parameters = {.first = {.operands = {1, 24}},
                               .second = {.operands = {2, 24}},
                               .vertex_mask = 255};
  for (std::size_t place = 0; place < 300; ++place) {
    std::vector<std::uint32_t> keys(320, 0x40000000);
    keys[place] = 5;
    EXPECT_TRUE(kernel.has_loop[id](keys.data(), 300, parameters)) << place;
    keys[place] = 0x40000000;
    EXPECT_FALSE(kernel.has_loop[id](keys.data(), 300, parameters)) << place;
  }
}

TEST_P(KernelTest, FillsWithTheIdentity) {
  std::vector<std::uint32_t> items(4096, 7);
  GetParam()->fill_identity(items.data(), 4080);
  for (std::uint32_t i = 0; i < 4080; ++i) ASSERT_EQ(items[i], i);
  for (std::uint32_t i = 4080; i < 4096; ++i) ASSERT_EQ(items[i], 7u);
}

TEST_P(KernelTest, SeesWhetherKeysAscend) {
  for (std::size_t count = 0; count <= 70; ++count) {
    const std::vector<std::uint32_t> ascending = RandomKeys(count, 1);
    const auto ascends = [&](const std::vector<std::uint32_t>& keys) {
      return GetParam()->is_ascending(keys.data(), keys.size());
    };
    EXPECT_TRUE(ascends(ascending));
    for (std::size_t i = 1; i < count; ++i) {
      auto keys = ascending;
      keys[i] = keys[i - 1];
      EXPECT_FALSE(ascends(keys)) << i << " of " << count;
      keys = ascending;
      std::swap(keys[i], keys[i - 1]);
      EXPECT_FALSE(ascends(keys)) << i << " of " << count;
    }
  }
}

TEST_P(KernelTest, PacksAsTheFormulaDoes) {
  std::mt19937_64 random(5);
  for (int round = 0; round < 50; ++round) {
    KeyPacking packing{.mask = random() & random()};
    while (std::popcount(packing.mask) > 32) packing.mask &= packing.mask - 1;
    std::vector<std::uint64_t> keys(random() % 50);
    for (std::uint64_t& key : keys) key = random();
    std::vector<std::uint32_t> packed(keys.size());
    GetParam()->pack_keys(KeyFileBytes(absl::MakeConstSpan(keys)).data(),
                          keys.size(), packing.mask, packed.data());
    for (std::size_t i = 0; i < keys.size(); ++i) {
      ASSERT_EQ(packed[i], packing.Pack(keys[i]));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(AllKernels, KernelTest,
                         ::testing::ValuesIn(AllKernels()),
                         [](const auto& info) {
                           return std::string(info.param->name);
                         });

TEST(KernelTableTest, TheBestIsTheLastThatTheMachineRuns) {
  const Kernel* best = nullptr;
  for (const Kernel* kernel : AllKernels()) {
    if (kernel->supported()) best = kernel;
    EXPECT_EQ(FindKernel(kernel->name), kernel->supported() ? kernel : nullptr);
  }
  EXPECT_EQ(&BestKernel(), best);
  EXPECT_EQ(FindKernel("mmx"), nullptr);
}

}  // namespace
}  // namespace perfecthash
