#include "engine/perfect_hash/seed_pool.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "engine/perfect_hash/hashed_half.h"
#include "engine/perfect_hash/solver.h"
#include "tests/support/key_sets.h"
#include "tests/support/reference_graph.h"

namespace perfecthash {
namespace {

SolverOptions Pooled(const std::string& function) {
  return {.hash_function = function, .search = SeedSearch::kPool};
}

std::vector<Outcome> TryAll(const Solver& solver, std::uint64_t count) {
  Workspace workspace;
  std::vector<Outcome> outcomes;
  for (std::uint64_t i = 1; i <= count; ++i) {
    outcomes.push_back(solver.Try(i, workspace, nullptr));
  }
  return outcomes;
}

TEST(SeedPoolTest, EverySolvedPairBuildsATableThatItsSeedsReproduce) {
  for (const HashFunction& function : AllHashFunctions()) {
    if (!function.is_symmetric()) continue;
    SCOPED_TRACE(std::string(function.name));
    const KeySet keys = MakeKeySet(RandomKeys(100, 4));
    const auto options = Pooled(std::string(function.name));
    const auto solver = Solver::Create(keys, options);
    Workspace workspace;
    int pair_count = 0;
    for (std::uint64_t i = 1; i <= 600; ++i) {
      if (solver->Try(i, workspace, nullptr) != Outcome::kSolved) continue;
      const auto table = solver->Build(i, workspace);
      ASSERT_TRUE(table.ok()) << table.status();
      const auto seeds = table->parameters().seeds.span();
      const auto again =
          Solver::Create(keys, {.hash_function = options.hash_function,
                                .seeds = {seeds.begin(), seeds.end()}});
      ASSERT_EQ(again->Try(1, workspace, nullptr), Outcome::kSolved);
      ASSERT_EQ(again->Build(1, workspace)->assigned(), table->assigned());
      pair_count +=
          solver->Plan(i, workspace, nullptr).kind == AttemptKind::kPair;
    }
    EXPECT_GT(pair_count, 0);
  }
}

// Halves of seeds as the pool is to keep them: the candidates of a generation
// by score, or as drawn if all are kept, computed with nothing of the pool's.
std::vector<Seeds> KeptHalves(const KeySet& keys, const HashFunction& function,
                              const AttemptPlan& plan, Workspace& workspace) {
  const GraphSize size = GraphSize::For(keys.size(), 0);
  const HalfLayout layout(keys.size(), size);
  std::vector<std::pair<std::uint64_t, std::uint32_t>> ranking;
  std::vector<Seeds> drawn;
  for (std::uint32_t i = 0; i < plan.generation.candidate_count; ++i) {
    drawn.push_back(DrawSeeds(function, {.seed = kDefaultSeed},
                              plan.generation_attempt + i));
    std::uint64_t score = 0;
    if (plan.generation.scored_count() > 0) {
      score = ScoreOf({.keys = keys,
                       .kernel = *FindKernel("scalar"),
                       .function = function.id,
                       .hash = MakeHashParameters(function, drawn.back(),
                                                  size.vertex_count, keys),
                       .size = size},
                      workspace.ForPool(size, layout.bytes()),
                      workspace.ForAttempt(size).parents);
    }
    ranking.push_back({score, i});
  }
  std::sort(ranking.begin(), ranking.end());
  std::vector<Seeds> kept;
  for (std::uint32_t i = 0; i < plan.generation.kept_count; ++i) {
    kept.push_back(drawn[ranking[i].second]);
  }
  return kept;
}

// Whether the graph of the first half of `a` and, as its second, the first of
// `b` has no cycle, by the reference; with both of the last factor's signs if
// `also_negated`.
bool ReferenceSolves(const KeySet& keys, const HashFunction& function,
                     const Seeds& a, const Seeds& b, bool also_negated) {
  const GraphSize size = GraphSize::For(keys.size(), 0);
  const auto edges_of = [&](const Seeds& seeds) {
    return MakeReferenceEdges(
        function.name, seeds.span(), size.vertex_count,
        function.maps_zero_to_zero() ? keys.zero_key_bias() : 0, keys.keys());
  };
  const auto solves = [&](const Seeds& second) {
    std::vector<ReferenceEdge> edges = edges_of(a);
    const std::vector<ReferenceEdge> other = edges_of(second);
    for (std::size_t i = 0; i < edges.size(); ++i) {
      edges[i].second = other[i].first;
    }
    return !ReferenceGraph(edges, size.vertex_count).has_cycle();
  };
  if (solves(b)) return true;
  if (!also_negated) return false;
  Seeds negated = b;
  for (int i = kStepCountMax; i-- > 0;) {
    if (function.first[i].operation != HashOperation::kMultiply) continue;
    std::uint32_t& factor = negated.values[function.first[i].seed - 1];
    factor = -factor;
    break;
  }
  return solves(negated);
}

TEST(SeedPoolTest, APairSolvesExactlyWhenThePlainGraphOfItsHalvesDoes) {
  for (const char* name : {"MultiplyShiftR", "MultiplyShiftRX",
                           "Mulshrolate2RX", "Mulshrolate4RX", "Jenkins"}) {
    const HashFunction& function = *FindHashFunction(name);
    const KeySet keys = MakeKeySet(AddressKeys(60, 4));
    const auto solver = Solver::Create(keys, Pooled(name));
    Workspace workspace;
    std::vector<Seeds> kept;
    int solved_count = 0;
    int refused_count = 0;
    for (std::uint64_t i = 1; solved_count + refused_count < 300; ++i) {
      const AttemptPlan plan = solver->Plan(i, workspace, nullptr);
      if (plan.kind != AttemptKind::kPair) continue;
      if (plan.index == 0) kept = KeptHalves(keys, function, plan, workspace);
      const PoolPair pair = PoolPair::For(plan.index);
      const bool expected =
          ReferenceSolves(keys, function, kept[pair.first], kept[pair.second],
                          function.ends_in_product());
      const Outcome outcome = solver->Try(i, workspace, nullptr);
      ASSERT_EQ(outcome == Outcome::kSolved, expected) << name << " " << i;
      ++(expected ? solved_count : refused_count);
    }
    EXPECT_GT(solved_count, 0) << name;
    EXPECT_GT(refused_count, 0) << name;
  }
}

TEST(SeedPoolTest, OutcomesAreTheSameWithEveryKernel) {
  for (const std::size_t count : {100, 1000}) {
    const KeySet keys = MakeKeySet(AddressKeys(count, 2));
    for (const char* name : {"MultiplyShiftRX", "Mulshrolate4RX", "Jenkins"}) {
      SolverOptions options = Pooled(name);
      const auto expected = TryAll(*Solver::Create(keys, options), 3000);
      for (const Kernel* kernel : AllKernels()) {
        if (!kernel->supported()) continue;
        options.kernel = std::string(kernel->name);
        EXPECT_EQ(TryAll(*Solver::Create(keys, options), 3000), expected)
            << kernel->name;
      }
    }
  }
}

TEST(SeedPoolTest, OutcomesDoNotDependOnTheOrderOfAttempts) {
  const KeySet keys = MakeKeySet(AddressKeys(1000, 2));
  const auto options = Pooled("MultiplyShiftRX");
  const auto expected = TryAll(*Solver::Create(keys, options), 2500);
  const auto backwards = Solver::Create(keys, options);
  Workspace workspace;
  for (std::uint64_t i = expected.size(); i > 0; i -= 7) {
    ASSERT_EQ(backwards->Try(i, workspace, nullptr), expected[i - 1]) << i;
    if (i < 7) break;
  }
}

TEST(SeedPoolTest, LanesShareAPool) {
  const KeySet keys = MakeKeySet(AddressKeys(1000, 6));
  const auto options = Pooled("MultiplyShiftRX");
  const auto expected = TryAll(*Solver::Create(keys, options), 12'000);
  const auto solver = Solver::Create(keys, options);
  std::vector<Outcome> found(expected.size());
  std::atomic<std::uint64_t> next = 0;
  std::vector<std::thread> lanes;
  for (int lane = 0; lane < 4; ++lane) {
    lanes.emplace_back([&] {
      Workspace workspace;
      for (std::uint64_t i; (i = next++) < found.size();) {
        found[i] = solver->Try(i + 1, workspace, nullptr);
      }
    });
  }
  for (std::thread& lane : lanes) lane.join();
  EXPECT_EQ(found, expected);
}

TEST(SeedPoolTest, AnotherSolverBuildsTheSameTable) {
  const KeySet keys = MakeKeySet(AddressKeys(2000, 9));
  const auto options = Pooled("Mulshrolate4RX");
  const auto solver = Solver::Create(keys, options);
  Workspace workspace;
  for (std::uint64_t i = FreshCountBeforePool(keys.size()) + 1;; ++i) {
    if (solver->Try(i, workspace, nullptr) != Outcome::kSolved) continue;
    const auto table = solver->Build(i, workspace);
    const auto other = Solver::Create(keys, options)->Build(i, workspace);
    ASSERT_TRUE(table.ok());
    ASSERT_TRUE(other.ok());
    EXPECT_EQ(other->parameters().seeds, table->parameters().seeds);
    EXPECT_EQ(other->assigned(), table->assigned());
    break;
  }
}

TEST(SeedPoolTest, PreparationsBuildNothing) {
  const KeySet keys = MakeKeySet(AddressKeys(2000, 9));
  const auto solver = Solver::Create(keys, Pooled("MultiplyShiftRX"));
  Workspace workspace;
  std::uint64_t first = 1;
  while (solver->Plan(first, workspace, nullptr).kind !=
         AttemptKind::kCandidate) {
    ++first;
  }
  EXPECT_EQ(solver->Try(first, workspace, nullptr), Outcome::kPrepared);
  EXPECT_EQ(solver->Build(first, workspace).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST(SeedPoolTest, StopsWhenTheFlagIsUp) {
  const KeySet keys = MakeKeySet(AddressKeys(2000, 9));
  const auto solver = Solver::Create(keys, Pooled("MultiplyShiftRX"));
  Workspace workspace;
  const std::atomic<bool> flag = true;
  const StopByFlag stop(flag);
  EXPECT_EQ(solver->Try(1000, workspace, &stop), Outcome::kStopped);
}

}  // namespace
}  // namespace perfecthash
