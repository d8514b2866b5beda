#include "engine/perfect_hash/hash_function.h"

#include <gtest/gtest.h>

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
                             function.maps_zero_to_zero ? 3 : 0, keys);
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
    EXPECT_EQ(pair.first == 0 && pair.second == 0, function.maps_zero_to_zero);
  }
}

TEST(HashFunctionTest, NeutralParametersGiveTheGeneralFormula) {
  // The promise of HashHalf: what a function lacks changes nothing.
  for (const HashFunction& function : AllHashFunctions()) {
    if (function.id == HashFunctionId::kJenkins) continue;
    const HashParameters parameters =
        MakeHashParameters(function, DrawSeeds(function, 2), 4096, 0);
    for (const std::uint32_t key : RandomKeys(50, 9)) {
      const VertexPair pair = HashKey(function.id, parameters, key);
      EXPECT_EQ(pair.first, HashByMultiplying(key, parameters.first) &
                                parameters.vertex_mask);
      EXPECT_EQ(pair.second, HashByMultiplying(key, parameters.second) &
                                 parameters.vertex_mask);
    }
  }
}

}  // namespace
}  // namespace perfecthash
