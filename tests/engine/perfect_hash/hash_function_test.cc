#include "engine/perfect_hash/hash_function.h"

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <set>
#include <string>

#include "engine/perfect_hash/hash_formula.h"
#include "engine/perfect_hash/philox.h"
#include "tests/support/key_sets.h"
#include "tests/support/reference_graph.h"

namespace perfecthash {
namespace {

Seeds DrawSeeds(const HashFunction& function, std::uint64_t attempt) {
  SeedStream stream(7, attempt);
  Seeds seeds;
  seeds.count = function.seed_count;
  for (int i = 0; i < seeds.count; ++i) {
    seeds.values[i] = stream.Next() & function.seed_masks[i];
  }
  return seeds;
}

TEST(HashFunctionTest, TableIsInTheOrderOfIdsAndFoundByName) {
  std::set<std::string> names;
  for (const HashFunction& function : AllHashFunctions()) {
    EXPECT_EQ(&GetHashFunction(function.id), &function);
    EXPECT_EQ(FindHashFunction(function.name), &function);
    EXPECT_LE(function.seed_count, kSeedCountMax);
    EXPECT_FALSE(function.formula.empty());
    names.insert(std::string(function.name));
  }
  EXPECT_EQ(names.size(), static_cast<std::size_t>(kHashFunctionCount));
  EXPECT_EQ(FindHashFunction("mulshrolate4rx"), nullptr);
  EXPECT_EQ(FindHashFunction(""), nullptr);
}

TEST(HashFunctionTest, AgreesWithThePlainFormulasAtEverySize) {
  auto keys = RandomKeys(200, 5);
  keys.insert(keys.end(), {0, 1, 0x7fffffff, 0x80000000, 0xffffffff});
  for (const HashFunction& function : AllHashFunctions()) {
    for (int bits = 4; bits <= 28; ++bits) {
      const std::uint32_t vertex_count = 1u << bits;
      const Seeds seeds = DrawSeeds(function, bits);
      const HashParameters parameters =
          MakeHashParameters(function, seeds, vertex_count, 3);
      const auto edges =
          MakeReferenceEdges(function.name, seeds.span(), vertex_count,
                             function.maps_zero_to_zero() ? 3 : 0, keys);
      for (std::size_t i = 0; i < keys.size(); ++i) {
        const VertexPair pair = HashKey(function.id, parameters, keys[i]);
        ASSERT_EQ(pair.first, edges[i].first) << function.name << " " << bits;
        ASSERT_EQ(pair.second, edges[i].second) << function.name << " " << bits;
        ASSERT_LT(pair.first, vertex_count);
        ASSERT_LT(pair.second, vertex_count);
      }
    }
  }
}

TEST(HashFunctionTest, ZeroGoesToZeroExactlyWhereTheTableSaysSo) {
  for (const HashFunction& function : AllHashFunctions()) {
    const HashParameters parameters =
        MakeHashParameters(function, DrawSeeds(function, 1), 1024, 0);
    const VertexPair pair = HashKey(function.id, parameters, 0);
    EXPECT_EQ(pair.first == 0 && pair.second == 0,
              function.maps_zero_to_zero());
  }
}

TEST(HashFunctionTest, MasksLeaveWhatTheStepsTake) {
  for (const HashFunction& function : AllHashFunctions()) {
    std::array<std::uint32_t, kSeedCountMax> taken = {};
    for (const HashSteps* steps : {&function.first, &function.second}) {
      bool wide = false;
      for (const HashStep& step : *steps) {
        wide |= function.id == HashFunctionId::kMultiply644ShiftR;
        if (step.seed == 0) continue;
        ASSERT_LE(step.seed, function.seed_count) << function.name;
        taken[step.seed - 1] |= step.byte == 0 ? 0xffffffffu
                                               : (wide ? 0x3fu : 0x1fu)
                                                     << 8 * (step.byte - 1);
      }
    }
    EXPECT_EQ(taken, function.seed_masks) << function.name;
  }
}

TEST(HashFunctionTest, SymmetricHalvesWithEqualSeedsAreEqual) {
  int symmetric_count = 0;
  for (const HashFunction& function : AllHashFunctions()) {
    if (!function.is_symmetric()) continue;
    ++symmetric_count;
    const HashParameters parameters =
        MakeHashParameters(function, DrawSeeds(function, 3), 2048, 0);
    HashParameters equal = parameters;
    equal.second = equal.first;
    for (const std::uint32_t key : RandomKeys(50, 9)) {
      const VertexPair pair = HashKey(function.id, equal, key);
      EXPECT_EQ(pair.first, pair.second) << function.name;
    }
  }
  EXPECT_GT(symmetric_count, 10);
  EXPECT_FALSE(GetHashFunction(HashFunctionId::kMulshrolate3RX).is_symmetric());
}

TEST(HashFunctionTest, CheapestIsOneProduct) {
  const int least = GetHashFunction(HashFunctionId::kMultiplyShiftRX).cycles();
  for (const HashFunction& function : AllHashFunctions()) {
    EXPECT_GE(function.cycles(), least) << function.name;
  }
}

TEST(HashFunctionTest, Crc32IsThatOfThePublishedExample) {
  // CRC-32C of "123456789" is e3069283; its first four bytes alone, with the
  // usual inversions, give f63af4ee.
  EXPECT_EQ(~Crc32Of(0x34333231, 0xffffffff), 0xf63af4eeu);
}

}  // namespace
}  // namespace perfecthash
