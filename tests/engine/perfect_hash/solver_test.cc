#include "engine/perfect_hash/solver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "engine/base/file_bytes.h"
#include "engine/perfect_hash/kernels/kernel.h"
#include "tests/support/key_sets.h"
#include "tests/support/reference_graph.h"
#include "tests/support/shared_files.h"

namespace perfecthash {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

// The lowest solved attempt, or 0 if there is none in `attempt_count_max`.
std::uint64_t FirstSolved(const Solver& solver, Workspace& workspace,
                          std::uint64_t attempt_count_max) {
  for (std::uint64_t i = 1; i <= attempt_count_max; ++i) {
    const Outcome outcome = solver.Try(i, workspace, nullptr);
    if (outcome == Outcome::kSolved) return i;
    if (outcome == Outcome::kExhausted) return 0;
  }
  return 0;
}

// Solves and checks every key through the public lookup.
void ExpectSolves(const std::vector<std::uint32_t>& list,
                  const SolverOptions& options,
                  std::uint64_t attempt_count_max = 100'000) {
  SCOPED_TRACE(options.hash_function + ", " + std::to_string(list.size()) +
               " keys");
  const KeySet keys = MakeKeySet(list);
  const auto solver = Solver::Create(keys, options);
  ASSERT_TRUE(solver.ok()) << solver.status();
  Workspace workspace;
  const std::uint64_t attempt =
      FirstSolved(*solver, workspace, attempt_count_max);
  ASSERT_NE(attempt, 0u);
  const auto table = solver->Build(attempt, workspace);
  ASSERT_TRUE(table.ok()) << table.status();
  EXPECT_EQ(table->parameters().attempt, attempt);
  for (std::size_t rank = 0; rank < keys.size(); ++rank) {
    ASSERT_EQ(table->Index(keys.keys()[rank]), rank);
  }
}

std::vector<SolverOptions> EveryFunction() {
  std::vector<SolverOptions> all = {{.hash_function = "Auto"}};
  for (const HashFunction& function : AllHashFunctions()) {
    all.push_back({.hash_function = std::string(function.name)});
  }
  return all;
}

// The low bits of these functions' vertices depend on a few bits of the key
// only, which are the same in many addresses.
bool SolvesAddresses(const SolverOptions& options) {
  return options.hash_function != "Fnv" &&
         options.hash_function != "RotateRMultiply" &&
         options.hash_function != "MultiplyShiftLR";
}

TEST(SolverTest, EveryFunctionSolvesSetsOfOneToEightKeys) {
  for (const SolverOptions& options : EveryFunction()) {
    for (std::size_t count = 1; count <= 8; ++count) {
      ExpectSolves(RandomKeys(count, count), options);
      if (!SolvesAddresses(options)) continue;
      ExpectSolves(AddressKeys(count, count), options);
    }
  }
}

TEST(SolverTest, EveryFunctionSolvesASetWithKeyZero) {
  for (const SolverOptions& options : EveryFunction()) {
    for (const std::size_t count : {1, 5, 100}) {
      auto keys = SolvesAddresses(options) ? AddressKeys(count, 2)
                                           : RandomKeys(count, 2);
      keys[0] = 0;
      ExpectSolves(keys, options);
    }
    ExpectSolves({0, 0xfffffffe, 0xffffffff}, options);
  }
}

TEST(SolverTest, EveryFunctionSolvesAHalfFullSet) {
  for (const SolverOptions& options : EveryFunction()) {
    ExpectSolves(RandomKeys(300, 1), options);
    if (!SolvesAddresses(options)) continue;
    ExpectSolves(AddressKeys(600, 1), options);
  }
}

TEST(SolverTest, SetsOfExactlyAPowerOfTwoKeysSolve) {
  for (const std::size_t count : {8, 16, 64, 256, 1024, 4096, 65536}) {
    for (const char* function : {"Mulshrolate4RX", "Jenkins", "Auto"}) {
      ExpectSolves(RandomKeys(count, count), {.hash_function = function});
      ExpectSolves(AddressKeys(count, count), {.hash_function = function});
    }
  }
}

TEST(SolverTest, LinearSetsSolve) {
  for (const std::size_t count : {8, 100, 1000, 16384, 40'000}) {
    for (const std::uint32_t step : {1u, 4u, 4096u}) {
      ExpectSolves(LinearKeys(count, 0, step), {});
      ExpectSolves(LinearKeys(count, 0, step), {.hash_function = "Jenkins"});
    }
  }
}

TEST(SolverTest, A283263KeySetSolves) {
  ExpectSolves(AddressKeys(283'263, 1), {.hash_function = "Mulshrolate4RX"});
  ExpectSolves(AddressKeys(283'263, 1), {.hash_function = "Auto"});
}

TEST(SolverTest, TheReferenceAcceptsTheTable) {
  const KeySet keys = MakeKeySet(AddressKeys(1000, 4));
  const auto solver = Solver::Create(keys, {.hash_function = "Mulshrolate3RX"});
  Workspace workspace;
  const auto table =
      solver->Build(FirstSolved(*solver, workspace, 10'000), workspace);
  ASSERT_TRUE(table.ok());
  const auto& parameters = table->parameters();
  const auto edges =
      MakeReferenceEdges(table->hash_function().name, parameters.seeds.span(),
                         parameters.size.vertex_count, 0, keys.keys());
  for (std::uint32_t i = 0; i < edges.size(); ++i) {
    EXPECT_EQ((table->entry(edges[i].first) + table->entry(edges[i].second)) %
                  parameters.size.edge_count,
              i);
  }
  const ReferenceGraph reference(edges, parameters.size.vertex_count);
  EXPECT_FALSE(reference.has_cycle());
  const auto numbers = reference.Assign(parameters.size.edge_count);
  for (std::uint32_t i = 0; i < edges.size(); ++i) {
    EXPECT_EQ((numbers[edges[i].first] + numbers[edges[i].second]) %
                  parameters.size.edge_count,
              i);
  }
}

TEST(SolverTest, WinningSeedsReproduceTheTableInOneAttempt) {
  const KeySet keys = MakeKeySet(AddressKeys(900, 4));
  Workspace workspace;
  const auto solver = Solver::Create(
      keys, {.hash_function = "Mulshrolate4RX", .initial_table_resizes = 1});
  const auto table =
      solver->Build(FirstSolved(*solver, workspace, 10'000), workspace);
  ASSERT_TRUE(table.ok());
  const auto& seeds = table->parameters().seeds;
  const auto again = Solver::Create(
      keys, {.hash_function = "Mulshrolate4RX",
             .seeds = {seeds.span().begin(), seeds.span().end()},
             .initial_table_resizes = table->parameters().table_resizes});
  ASSERT_EQ(FirstSolved(*again, workspace, 1), 1u);
  EXPECT_EQ(again->Build(1, workspace)->assigned(), table->assigned());
}

TEST(SolverTest, TheTableIsTheSameWithEveryKernelAndWorkspace) {
  const KeySet keys = MakeKeySet(AddressKeys(5000, 8));
  const auto best = Solver::Create(keys, {});
  Workspace grown;
  static_cast<void>(grown.ForPeel(GraphSize::For(100'000, 0), 2));
  const std::uint64_t attempt = FirstSolved(*best, grown, 10'000);
  const auto expected = best->Build(attempt, grown);
  ASSERT_TRUE(expected.ok());
  for (const Kernel* kernel : AllKernels()) {
    if (!kernel->supported()) continue;
    const auto solver =
        Solver::Create(keys, {.kernel = std::string(kernel->name)});
    Workspace workspace;
    EXPECT_EQ(FirstSolved(*solver, workspace, 10'000), attempt);
    EXPECT_EQ(solver->Build(attempt, workspace)->assigned(),
              expected->assigned());
  }
}

TEST(SolverTest, TableResizesMakeDenseSetsSolveSooner) {
  const KeySet keys = MakeKeySet(RandomKeys(1024, 1));
  const auto solver = Solver::Create(keys, {.hash_function = "MultiplyShiftRX",
                                            .max_table_resizes = 2,
                                            .attempts_before_table_resize = 3});
  Workspace workspace;
  const std::uint64_t attempt = FirstSolved(*solver, workspace, 10'000);
  ASSERT_GT(attempt, 3u) << "want a set that its first size does not solve";
  const auto table = solver->Build(attempt, workspace);
  ASSERT_TRUE(table.ok());
  EXPECT_GT(table->parameters().table_resizes, 0);
  EXPECT_EQ(table->parameters().size.vertex_count,
            2048u << table->parameters().table_resizes);
}

TEST(SolverTest, AttemptsBeyondTheScheduleAreExhausted) {
  const KeySet keys = MakeKeySet(RandomKeys(100, 1));
  const auto solver = Solver::Create(keys, {.max_attempts = 5});
  Workspace workspace;
  EXPECT_NE(solver->Try(5, workspace, nullptr), Outcome::kExhausted);
  EXPECT_EQ(solver->Try(6, workspace, nullptr), Outcome::kExhausted);
  EXPECT_EQ(solver->Try(0, workspace, nullptr), Outcome::kExhausted);
  EXPECT_EQ(solver->Build(6, workspace).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST(SolverTest, BuildingAnUnsolvedAttemptFails) {
  const KeySet keys = MakeKeySet(RandomKeys(1024, 1));
  const auto solver =
      Solver::Create(keys, {.hash_function = "MultiplyShiftRX"});
  Workspace workspace;
  ASSERT_NE(solver->Try(1, workspace, nullptr), Outcome::kSolved);
  const auto table = solver->Build(1, workspace);
  EXPECT_EQ(table.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(table.status().message()), HasSubstr("attempt 1"));
}

TEST(SolverTest, ErrorsNameTheOption) {
  const KeySet keys = MakeKeySet(RandomKeys(10, 1));
  const auto message_of = [&](const SolverOptions& options) {
    return std::string(Solver::Create(keys, options).status().message());
  };
  EXPECT_THAT(message_of({.kernel = "mmx"}),
              AllOf(StartsWith("kernel: "), HasSubstr("scalar")));
  EXPECT_THAT(message_of({.hash_function = "x"}),
              StartsWith("hash_function: "));
}

TEST(SolverTest, SlicesHoldMoreAttemptsOfSmallSets) {
  using std::chrono::milliseconds;
  const KeySet few = MakeKeySet(RandomKeys(100, 1));
  const KeySet many = MakeKeySet(RandomKeys(100'000, 1));
  const auto small_solver = Solver::Create(few, {});
  const auto large_solver = Solver::Create(many, {});
  EXPECT_GT(small_solver->AttemptsPerSlice(milliseconds(1)), 1000u);
  EXPECT_GE(large_solver->AttemptsPerSlice(milliseconds(1)), 1u);
  EXPECT_LT(large_solver->AttemptsPerSlice(milliseconds(1)), 50u);
  EXPECT_EQ(large_solver->AttemptsPerSlice(milliseconds(0)), 1u);
}

TEST(SolverTest, ThreadsShareASolver) {
  const KeySet keys = MakeKeySet(RandomKeys(2000, 6));
  const auto solver = Solver::Create(keys, {.hash_function = "Jenkins"});
  constexpr std::uint64_t kAttempts = 200;
  std::vector<Outcome> expected(kAttempts), found(kAttempts);
  Workspace workspace;
  for (std::uint64_t i = 0; i < kAttempts; ++i) {
    expected[i] = solver->Try(i + 1, workspace, nullptr);
  }
  std::atomic<std::uint64_t> next = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&] {
      Workspace own;
      for (std::uint64_t i; (i = next++) < kAttempts;) {
        found[i] = solver->Try(i + 1, own, nullptr);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(found, expected);
}

// The predecessor, with the same generator and formulas, solves this set at
// exactly these attempts.
TEST(SolverTest, HologramWorldSolvesAtThePredecessorsAttempts) {
  const auto path = FindSharedFile("keys/set1/HologramWorld-31016.keys");
  if (!path) GTEST_SKIP() << "the shared keys are not on this machine";
  const auto bytes = ReadFileBytes(*path, 1 << 20);
  ASSERT_TRUE(bytes.ok());
  const auto keys = KeySet::Parse(*bytes, KeyWidth::k32Bits);
  ASSERT_TRUE(keys.ok());
  Workspace workspace;
  const auto first_solved = [&](const SolverOptions& options) {
    return FirstSolved(*Solver::Create(*keys, options), workspace, 10'000);
  };
  EXPECT_EQ(first_solved({.hash_function = "Mulshrolate4RX"}), 26u);
  EXPECT_EQ(first_solved({.hash_function = "Mulshrolate3RX"}), 1'636u);
  EXPECT_EQ(first_solved({.hash_function = "MultiplyShiftR"}), 8'562u);
  EXPECT_EQ(first_solved({.hash_function = "MultiplyShiftRX",
                          .seeds = {0xC2E3C0B7, 0xE8D9CDF9}}),
            1u);
}

}  // namespace
}  // namespace perfecthash
