#include "engine/perfect_hash/attempt.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <vector>

#include "engine/perfect_hash/seed_rule.h"
#include "engine/perfect_hash/solver_options.h"
#include "tests/support/key_sets.h"
#include "tests/support/reference_graph.h"

namespace perfecthash {
namespace {

struct Verdicts {
  int solved = 0;
  int loops = 0;
  int cyclic = 0;
};

// Tests `count` attempts with every function and compares each verdict with
// that of the plain graph.
Verdicts CompareWithReference(const KeySet& keys, int table_resizes,
                              std::uint64_t count, const Kernel& kernel) {
  Verdicts verdicts;
  Workspace workspace;
  const GraphSize size = GraphSize::For(keys.size(), table_resizes);
  for (const HashFunction& function : AllHashFunctions()) {
    for (std::uint64_t attempt = 1; attempt <= count; ++attempt) {
      const Seeds seeds = DrawSeeds(function, {.seed = kDefaultSeed}, attempt);
      const GraphOfKeys graph = {
          .keys = keys,
          .kernel = kernel,
          .function = function.id,
          .hash = MakeHashParameters(function, seeds, size.vertex_count,
                                     keys.zero_key_bias()),
          .size = size};
      const Outcome outcome = TestForCycles(graph, workspace, nullptr);
      const ReferenceGraph reference(
          MakeReferenceEdges(
              function.name, seeds.span(), size.vertex_count,
              function.maps_zero_to_zero() ? keys.zero_key_bias() : 0,
              keys.keys()),
          size.vertex_count);
      const Outcome expected = reference.has_loop()    ? Outcome::kLoop
                               : reference.has_cycle() ? Outcome::kCyclic
                                                       : Outcome::kSolved;
      EXPECT_EQ(outcome, expected)
          << function.name << " attempt " << attempt << " " << keys.size();
      verdicts.solved += outcome == Outcome::kSolved;
      verdicts.loops += outcome == Outcome::kLoop;
      verdicts.cyclic += outcome == Outcome::kCyclic;
    }
  }
  return verdicts;
}

TEST(AttemptTest, VerdictIsThatOfThePlainGraph) {
  Verdicts all;
  const auto add = [&](const std::vector<std::uint32_t>& list,
                       std::uint64_t attempts) {
    for (const int table_resizes : {0, 1}) {
      const Verdicts verdicts = CompareWithReference(
          MakeKeySet(list), table_resizes, attempts, BestKernel());
      all.solved += verdicts.solved;
      all.loops += verdicts.loops;
      all.cyclic += verdicts.cyclic;
    }
  };
  for (std::size_t count = 1; count <= 20; ++count) {
    add(RandomKeys(count, count), 50);
    add(LinearKeys(count, 0, 1), 50);
  }
  for (const std::size_t count : {100, 255, 256, 257, 400, 1000, 3000}) {
    add(RandomKeys(count, count), 30);
    add(AddressKeys(count, count), 30);
    add(LinearKeys(count, 1000, 4), 30);
  }
  EXPECT_GT(all.solved, 1000);
  EXPECT_GT(all.loops, 1000);
  EXPECT_GT(all.cyclic, 1000);
}

TEST(AttemptTest, EveryKernelHasTheSameVerdicts) {
  const KeySet keys = MakeKeySet(AddressKeys(700, 3));
  for (const Kernel* kernel : AllKernels()) {
    if (kernel->supported()) CompareWithReference(keys, 0, 30, *kernel);
  }
}

TEST(AttemptTest, VerdictIsThatOfThePlainGraphBeyondTheCaches) {
  // Large enough for the path that fetches ahead, with a short last block.
  const Verdicts verdicts = CompareWithReference(
      MakeKeySet(RandomKeys(140'001, 3)), 1, 3, BestKernel());
  EXPECT_GT(verdicts.solved, 0);
  EXPECT_GT(verdicts.cyclic + verdicts.loops, 0);
}

TEST(AttemptTest, StopsWhenTheFlagIsUp) {
  const KeySet keys = MakeKeySet(RandomKeys(100, 1));
  const HashFunction& function =
      GetHashFunction(HashFunctionId::kMulshrolate4RX);
  const GraphSize size = GraphSize::For(keys.size(), 0);
  const Seeds seeds = {.values = {3, 5, 0, 7, 9}, .count = 5};
  const GraphOfKeys graph = {
      .keys = keys,
      .kernel = BestKernel(),
      .function = function.id,
      .hash = MakeHashParameters(function, seeds, size.vertex_count, 0),
      .size = size};
  Workspace workspace;
  std::atomic<bool> flag = true;
  const StopByFlag stop(flag);
  EXPECT_EQ(TestForCycles(graph, workspace, &stop), Outcome::kStopped);
  flag = false;
  EXPECT_NE(TestForCycles(graph, workspace, &stop), Outcome::kStopped);
}

}  // namespace
}  // namespace perfecthash
