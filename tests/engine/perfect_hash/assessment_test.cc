#include "engine/perfect_hash/assessment.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <vector>

#include "engine/perfect_hash/attempt.h"
#include "tests/support/key_sets.h"
#include "tests/support/reference_graph.h"

namespace perfecthash {
namespace {

double Assess(const KeySet& keys, const char* function,
              const char* kernel = "scalar") {
  Workspace workspace;
  return *AssessFunction({.keys = keys,
                          .kernel = *FindKernel(kernel),
                          .function = FindHashFunction(function)->id},
                         workspace, nullptr);
}

TEST(AssessmentTest, AFunctionThatMixesWellIsExpectedToSolve) {
  for (const std::size_t count : {10, 1000, 30'000}) {
    EXPECT_LT(Assess(MakeKeySet(RandomKeys(count, 1)), "Jenkins"), 10);
    EXPECT_LT(Assess(MakeKeySet(AddressKeys(count, 1)), "Jenkins"), 10);
  }
}

TEST(AssessmentTest, AFunctionThatPutsKeysTogetherIsHopeless) {
  // The low bits of its vertices are those of a few bits of the key alone.
  EXPECT_TRUE(
      std::isinf(Assess(MakeKeySet(AddressKeys(3000, 1)), "RotateRMultiply")));
  // Four keys at a time close cycles, more of them in larger sets.
  EXPECT_TRUE(std::isinf(
      Assess(MakeKeySet(AddressKeys(250'000, 1)), "MultiplyShiftRX")));
}

TEST(AssessmentTest, EveryKernelComesToTheSame) {
  const KeySet keys = MakeKeySet(AddressKeys(5000, 1));
  for (const Kernel* kernel : AllKernels()) {
    if (!kernel->supported()) continue;
    EXPECT_EQ(Assess(keys, "MultiplyShiftRX", kernel->name.data()),
              Assess(keys, "MultiplyShiftRX"));
  }
}

TEST(AssessmentTest, FewCyclesPromiseMoreThanMany) {
  const auto expected = [](const std::vector<std::uint32_t>& counts) {
    return ExpectedAttempts(counts);
  };
  EXPECT_EQ(expected({0, 0, 0, 0}), 1);
  EXPECT_NEAR(expected({0, 1000, 1000, 1000}), 4, 1e-9);
  EXPECT_NEAR(expected({10, 10, 10, 10}), std::exp(10), 1);
  EXPECT_TRUE(std::isinf(expected({40, 50, 60, 70})));
}

TEST(AssessmentTest, TellsNothingWhenStopped) {
  const KeySet keys = MakeKeySet(RandomKeys(1000, 1));
  Workspace workspace;
  const std::atomic<bool> flag = true;
  const StopByFlag stop(flag);
  EXPECT_FALSE(AssessFunction({.keys = keys,
                               .kernel = BestKernel(),
                               .function = HashFunctionId::kJenkins},
                              workspace, &stop));
}

// Edges that are left when a spanning forest is taken away.
std::uint32_t CyclesByTheReference(const std::vector<ReferenceEdge>& edges,
                                   std::uint32_t vertex_count) {
  std::vector<std::vector<std::uint32_t>> neighbours(vertex_count);
  for (const ReferenceEdge& edge : edges) {
    neighbours[edge.first].push_back(edge.second);
    neighbours[edge.second].push_back(edge.first);
  }
  std::vector<bool> seen(vertex_count, false);
  std::size_t component_count = 0;
  for (std::uint32_t start = 0; start < vertex_count; ++start) {
    if (seen[start]) continue;
    ++component_count;
    std::vector<std::uint32_t> open = {start};
    seen[start] = true;
    while (!open.empty()) {
      const std::uint32_t vertex = open.back();
      open.pop_back();
      for (const std::uint32_t next : neighbours[vertex]) {
        if (!seen[next]) open.push_back(next);
        seen[next] = true;
      }
    }
  }
  return static_cast<std::uint32_t>(edges.size() + component_count -
                                    vertex_count);
}

TEST(AssessmentTest, CyclesAreThoseOfTheReference) {
  Workspace workspace;
  for (const std::size_t count : {1, 10, 300, 2000}) {
    const KeySet keys = MakeKeySet(AddressKeys(count, 1));
    const HashFunction& function = *FindHashFunction("MultiplyShiftRX");
    const GraphSize size = GraphSize::For(count, 0);
    for (std::uint64_t attempt = 1; attempt < 30; ++attempt) {
      const Seeds seeds = DrawSeeds(function, {}, attempt);
      const GraphOfKeys graph = {
          .keys = keys,
          .kernel = BestKernel(),
          .function = function.id,
          .hash = MakeHashParameters(function, seeds, size.vertex_count,
                                     keys.zero_key_bias()),
          .size = size};
      const auto edges =
          MakeReferenceEdges(function.name, seeds.span(), size.vertex_count,
                             keys.zero_key_bias(), keys.keys());
      const std::uint32_t expected =
          CyclesByTheReference(edges, size.vertex_count);
      EXPECT_EQ(CountCycles(graph, 1'000'000, workspace, nullptr), expected);
      EXPECT_EQ(CountCycles(graph, 2, workspace, nullptr),
                std::min(expected, 2u));
    }
  }
}

}  // namespace
}  // namespace perfecthash
