#include "engine/pipeline/table_solving.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/base/error_reason.h"
#include "engine/perfect_hash/kernels/kernel.h"
#include "engine/perfect_hash/solver.h"
#include "tests/engine/pipeline/pipeline_world.h"

namespace perfecthash {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

// Some attempts in a hundred solve these.
std::vector<std::uint32_t> Keys() { return RandomKeys(3'500, 7); }

BestGraphOptions BestOf(std::uint64_t solutions, const char* predicate =
                                                     "LowestNumberOfUsedCache"
                                                     "Lines") {
  return {.predicate = *FindCoveragePredicate(predicate),
          .solutions_max = solutions};
}

TableResult MakeOrDie(PipelineWorld& world) {
  auto result = world.Make();
  EXPECT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(world.memory.Stats().reserved_bytes, 0u);
  return result.ok() ? *std::move(result) : TableResult();
}

// The same by hand: every attempt in order, every solution as a table.
struct ByHand {
  std::uint64_t attempt = 0;
  double value = 0;
  AttemptCounts counts;
};
ByHand ChooseByHand(const std::vector<std::uint32_t>& list,
                    const BestGraphOptions& options,
                    const SolverOptions& solver_options) {
  const KeySet keys = MakeKeySet(list);
  const auto solver = Solver::Create(keys, solver_options);
  Workspace workspace;
  ByHand best;
  for (std::uint64_t i = 1; best.counts.solved < options.solutions_max; ++i) {
    const Outcome outcome = solver->Try(i, workspace, nullptr);
    best.counts.Add(outcome);
    if (outcome != Outcome::kSolved) continue;
    const Table table = *solver->Build(i, workspace);
    const double value =
        ValueOf(options.predicate.measure, {.array = MeasureCoverage(table)});
    if (best.attempt == 0 || options.predicate.Prefers(value, best.value)) {
      best.attempt = i;
      best.value = value;
    }
  }
  return best;
}

TEST(TableSolvingTest, TheBestGraphIsTheBestOfTheFirstSolutions) {
  PipelineWorld world;
  world.UseKeys(Keys());
  world.options().solver.hash_function = "Mulshrolate4RX";
  world.options().best_graph = BestOf(50);
  const TableResult result = MakeOrDie(world);
  const ByHand expected = ChooseByHand(
      Keys(), BestOf(50),
      {.hash_function = "Mulshrolate4RX", .search = SeedSearch::kPool});
  EXPECT_EQ(result.attempts, expected.attempt);
  ASSERT_TRUE(result.best_graph.has_value());
  EXPECT_EQ(result.best_graph->value, expected.value);
  EXPECT_EQ(result.coverage.array.cache_lines.used, expected.value);
  EXPECT_EQ(result.attempt_counts.solved, 50u);
  EXPECT_EQ(result.attempt_counts.loops, expected.counts.loops);
  EXPECT_EQ(result.attempt_counts.cyclic, expected.counts.cyclic);
  EXPECT_EQ(result.attempt_counts.prepared, expected.counts.prepared);
  EXPECT_EQ(result.search_end, SearchEnd::kSolutions);
}

TEST(TableSolvingTest, TheBestGraphIsTheSameAtAnyNumberOfLanesOnAnyKernel) {
  std::string digest;
  for (const Kernel* kernel : AllKernels()) {
    if (!kernel->supported()) continue;
    for (const int lanes : {1, 3, 64}) {
      PipelineWorld world;
      world.UseKeys(Keys());
      world.options().solver.kernel = std::string(kernel->name);
      world.options().lanes = {.initial = lanes, .max = lanes};
      world.options().best_graph = BestOf(30, "HighestScore");
      const TableResult result = MakeOrDie(world);
      if (digest.empty()) digest = ToHex(result.digest);
      EXPECT_EQ(ToHex(result.digest), digest) << kernel->name << " " << lanes;
      EXPECT_EQ(result.attempt_counts.solved, 30u);
      EXPECT_GE(result.attempts_made, result.attempt_counts.total());
    }
  }
}

TEST(TableSolvingTest, TheBestIsNoWorseThanTheFirstForEveryPredicate) {
  for (const std::string_view measure : CoverageMeasureNames()) {
    for (const char* extreme : {"Lowest", "Highest"}) {
      const std::string name = extreme + std::string(measure);
      const CoveragePredicate predicate = *FindCoveragePredicate(name);
      double first_value = 0;
      for (const std::uint64_t solutions : {1, 10}) {
        PipelineWorld world;
        world.UseKeys(RandomKeys(300, 3));
        world.options().best_graph = {.predicate = predicate,
                                      .solutions_max = solutions};
        if (predicate.needs_subset()) {
          for (const auto key : RandomKeys(300, 3)) {
            if (key % 3 == 0) {
              world.options().best_graph->keys_subset.push_back(key);
            }
          }
        }
        const TableResult result = MakeOrDie(world);
        EXPECT_EQ(result.best_graph->value,
                  ValueOf(predicate.measure, result.coverage));
        if (solutions == 1) first_value = result.best_graph->value;
        EXPECT_FALSE(predicate.Prefers(first_value, result.best_graph->value))
            << name;
      }
    }
  }
}

TEST(TableSolvingTest, AllSolutionsAreOfTheFunctionThatAutoSettlesOn) {
  PipelineWorld first;
  first.UseKeys(Keys());
  const TableResult settled = MakeOrDie(first);
  PipelineWorld automatic;
  automatic.UseKeys(Keys());
  automatic.options().best_graph = BestOf(20);
  PipelineWorld named;
  named.UseKeys(Keys());
  named.options().solver.hash_function = settled.hash_function;
  named.options().best_graph = BestOf(20);
  const TableResult result = MakeOrDie(automatic);
  EXPECT_EQ(result.hash_function, settled.hash_function);
  EXPECT_EQ(ToHex(result.digest), ToHex(MakeOrDie(named).digest));
  EXPECT_FALSE(result.record.empty());
}

TEST(TableSolvingTest, AllSolutionsAreOfOneTableSize) {
  PipelineWorld world;
  world.UseKeys(AddressKeys(16'384, 1));
  world.options().solver.hash_function = "MultiplyShiftRX";
  world.options().solver.search = SeedSearch::kPlain;
  world.options().solver.max_table_resizes = 2;
  world.options().solver.attempts_before_table_resize = 20;
  world.options().best_graph = BestOf(10);
  const TableResult result = MakeOrDie(world);
  EXPECT_GT(result.table_resizes, 0);
  EXPECT_EQ(result.vertex_count, 32'768u << result.table_resizes);
  EXPECT_EQ(result.attempt_counts.solved, 10u);
}

TEST(TableSolvingTest, SeedsGivenBackMakeTheSameTableInOneAttempt) {
  for (const bool is_best_graph : {false, true}) {
    for (const char* function :
         {"Auto", "MultiplyShiftRX", "Mulshrolate3RX", "Jenkins"}) {
      SCOPED_TRACE(function);
      PipelineWorld search;
      search.UseKeys(Keys());
      search.options().solver.hash_function = function;
      search.options().solver.search = SeedSearch::kPool;
      search.options().solver.initial_table_resizes = 1;
      if (is_best_graph) search.options().best_graph = BestOf(20);
      const TableResult found = MakeOrDie(search);
      PipelineWorld again;
      again.UseKeys(Keys());
      again.options().solver.hash_function = found.hash_function;
      again.options().solver.seeds = found.seeds;
      again.options().solver.initial_table_resizes = found.table_resizes;
      const TableResult repeated = MakeOrDie(again);
      EXPECT_EQ(repeated.attempts, 1u);
      EXPECT_EQ(repeated.attempt_counts.total(), 1u);
      EXPECT_EQ(ToHex(repeated.digest), ToHex(found.digest));
    }
  }
}

TEST(TableSolvingTest, AttemptsEndTheSearchForABestGraphWithTheBestSoFar) {
  PipelineWorld world;
  world.UseKeys(Keys());
  world.options().best_graph = BestOf(1'000'000);
  world.options().best_graph->attempts_max = 500;
  const TableResult result = MakeOrDie(world);
  EXPECT_EQ(result.search_end, SearchEnd::kAttempts);
  EXPECT_EQ(result.attempt_counts.total(), 500u);
  EXPECT_GT(result.attempt_counts.solved, 1u);
}

TEST(TableSolvingTest, TimeEndsTheSearchForABestGraphWithTheBestSoFar) {
  PipelineWorld world;
  world.UseKeys(Keys());
  world.options().best_graph = BestOf(0);  // no limit of its own
  world.options().solve_time_max = std::chrono::microseconds(100);
  const TableResult result = MakeOrDie(world);
  EXPECT_EQ(result.search_end, SearchEnd::kTime);
  EXPECT_GE(result.attempt_counts.solved, 1u);
}

using std::chrono::milliseconds;

milliseconds OneMillisecond() { return milliseconds(1); }

// The first attempt solves them, with some 25 looks at the clock. Building the
// table takes some hundred.
void UseManyKeys(PipelineWorld& world) {
  world.UseKeys(RandomKeys(100'000, 1));
  world.options().solver.initial_table_resizes = 3;
}

std::chrono::nanoseconds SolveTime(const PipelineWorld& world) {
  return world.activity.TimeIn(TableStage::kSolve) +
         world.activity.TimeIn(TableStage::kBuild);
}

TEST(TableSolvingTest, TheTimeLimitHoldsWhileTheTableIsBuilt) {
  PipelineWorld world({.time_per_look = OneMillisecond});
  UseManyKeys(world);
  world.options().solve_time_max = milliseconds(60);
  const auto result = world.Make();
  EXPECT_EQ(ReasonOf(result.status()), "TIME_LIMIT");
  EXPECT_THAT(std::string(result.status().message()),
              HasSubstr("attempt 1 is solved, but its table was not built "
                        "within 60ms, the time limit; allow some more time"));
  EXPECT_EQ(MetadataOf(result.status())["attempts"], "1");
  EXPECT_EQ(world.memory.Stats().reserved_bytes, 0u);
}

TEST(TableSolvingTest, ACancellationReachesTheBuildingOfATable) {
  PipelineWorld* cancelled = nullptr;
  PipelineWorld world({.time_per_look = [&cancelled] {
    const bool builds = cancelled != nullptr &&
                        cancelled->activity.stage() == TableStage::kBuild;
    if (builds) cancelled->cancel.Cancel();
    return milliseconds(1);
  }});
  cancelled = &world;
  UseManyKeys(world);
  world.options().solve_time_max = std::chrono::hours(1);
  const auto result = world.Make();
  EXPECT_EQ(ReasonOf(result.status()), "CANCELLED");
  EXPECT_EQ(world.memory.Stats().reserved_bytes, 0u);
}

TEST(TableSolvingTest, TheSearchForABestGraphLeavesTimeToBuildIt) {
  PipelineWorld world({.time_per_look = OneMillisecond});
  UseManyKeys(world);
  world.options().best_graph = BestOf(0);  // no limit of its own
  world.options().solve_time_max = milliseconds(1000);
  const TableResult result = MakeOrDie(world);
  EXPECT_EQ(result.search_end, SearchEnd::kTime);
  EXPECT_GE(result.attempt_counts.solved, 2u);
  EXPECT_EQ(result.best_graph->value,
            ValueOf(result.best_graph->predicate.measure, result.coverage));
  EXPECT_GT(SolveTime(world), milliseconds(600));
  EXPECT_LE(SolveTime(world), milliseconds(1050));
}

TEST(TableSolvingTest, TheFirstSolutionIsTheBestWhereThereIsTimeForNoOther) {
  PipelineWorld world({.time_per_look = OneMillisecond});
  UseManyKeys(world);
  world.options().best_graph = BestOf(0);
  world.options().solve_time_max = milliseconds(300);
  const TableResult result = MakeOrDie(world);
  EXPECT_EQ(result.search_end, SearchEnd::kTime);
  EXPECT_EQ(result.best_graph->value,
            ValueOf(result.best_graph->predicate.measure, result.coverage));
  EXPECT_GT(result.best_graph->value, 0);
  EXPECT_LE(SolveTime(world), milliseconds(350));
}

TEST(TableSolvingTest, OneAttemptIsEnoughForTheFirstSolutionAsTheBest) {
  // Attempts that solve the set at once, so that no other is allowed.
  PipelineWorld world;
  world.UseKeys(RandomKeys(5, 1));
  world.options().solver.max_attempts = 1;
  world.options().solver.initial_table_resizes = 4;
  world.options().best_graph = BestOf(10);
  const TableResult result = MakeOrDie(world);
  EXPECT_EQ(result.search_end, SearchEnd::kAttempts);
  EXPECT_EQ(result.attempt_counts.solved, 1u);
}

TEST(TableSolvingTest, ASubsetMustBeOfTheTablesKeys) {
  PipelineWorld world;
  world.UseKeys(LinearKeys(100, 10, 2));
  world.options().best_graph =
      BestOf(10, "LowestNumberOfCacheLinesUsedByKeysSubset");
  for (const std::uint64_t stranger :
       {std::uint64_t{13}, std::uint64_t{10} | std::uint64_t{1} << 32}) {
    world.options().best_graph->keys_subset = {10, stranger};
    const auto result = world.Make();
    EXPECT_EQ(ReasonOf(result.status()), "OPTIONS_INVALID");
    EXPECT_THAT(std::string(result.status().message()),
                HasSubstr(std::to_string(stranger)));
  }
}

TEST(TableSolvingTest, ASubsetMayBeOf64BitKeysPackedOrNot) {
  for (const bool is_packed : {true, false}) {
    std::vector<std::uint64_t> keys;
    for (std::uint64_t i = 1; i <= 500; ++i) {
      keys.push_back(is_packed ? i << 33 | i : i * 0x9e3779b97f4a7c15);
    }
    PipelineWorld world;
    world.options().key_width = KeyWidth::k64Bits;
    world.request.keys = KeyBytes{std::make_shared<std::vector<std::uint8_t>>(
        KeyFileBytes(absl::MakeConstSpan(keys)))};
    world.options().best_graph =
        BestOf(20, "LowestNumberOfCacheLinesUsedByKeysSubset");
    world.options().best_graph->keys_subset = {keys[3], keys[99], keys[400]};
    const TableResult result = MakeOrDie(world);
    EXPECT_GE(result.best_graph->value, 1);
    EXPECT_LE(result.best_graph->value, 6);
    world.options().best_graph->keys_subset = {keys[3] + 1};
    EXPECT_EQ(ReasonOf(world.Make().status()), "OPTIONS_INVALID");
  }
}

TEST(TableSolvingTest, WhatFailedSaysWhatWasTried) {
  PipelineWorld world;
  world.UseKeys(AddressKeys(16'384, 1));
  world.options().solver.hash_function = "MultiplyShiftRX";
  world.options().solver.max_attempts = 60;
  const auto result = world.Make();
  EXPECT_EQ(ReasonOf(result.status()), "NO_SOLUTION");
  EXPECT_THAT(std::string(result.status().message()),
              HasSubstr("no solution in 60 attempts, all that were allowed "
                        "(tried MultiplyShiftRX 60 ATTEMPT_LIMIT)"));
  const auto metadata = MetadataOf(result.status());
  EXPECT_EQ(metadata.at("attempts"), "60");
  EXPECT_EQ(std::stoi(metadata.at("loop_failures")) +
                std::stoi(metadata.at("cyclic_failures")),
            60);
  EXPECT_EQ(metadata.at("trials"), "MultiplyShiftRX 60 ATTEMPT_LIMIT");
}

TEST(TableSolvingTest, WhatFailedSaysWhatWouldHelp) {
  PipelineWorld world;
  world.UseKeys(AddressKeys(16'384, 1));
  SolverOptions& solver = world.options().solver;
  const auto message = [&world] {
    return std::string(world.Make().status().message());
  };
  solver.max_attempts = 2;
  EXPECT_THAT(message(), EndsWith("); raise max_attempts, or allow more table "
                                  "resizes"));
  solver.hash_function = "MultiplyShiftRX";
  EXPECT_THAT(message(),
              EndsWith("); try a stronger hash function (Auto finds one) or "
                       "more table resizes"));
  solver.seeds = {3, 0};
  EXPECT_THAT(message(), EndsWith("); these seeds, with none that was drawn "
                                  "beside them, do not solve these keys"));
  solver.seeds = {3, 5};
  EXPECT_THAT(message(),
              HasSubstr("); these seeds do not solve these keys (those"));
}

TEST(TableSolvingTest, AFunctionWithoutHopeSaysSoAndDoesNotGoOn) {
  PipelineWorld world;
  world.UseKeys(AddressKeys(60'000, 1));
  world.options().solver.hash_function = "MultiplyShiftRX";
  const auto result = world.Make();
  EXPECT_EQ(ReasonOf(result.status()), "NO_SOLUTION");
  const std::string attempts = MetadataOf(result.status())["attempts"];
  EXPECT_LE(std::stoi(attempts), 60'000);  // some two seconds at most
  EXPECT_THAT(
      std::string(result.status().message()),
      HasSubstr("none is to be expected of more (tried MultiplyShiftRX " +
                attempts + " HOPELESS)"));
}

TEST(TableSolvingTest, DrawnSeedsBesideFixedOnesMakeABestGraphToo) {
  PipelineWorld world;
  world.UseKeys(RandomKeys(300, 3));
  world.options().solver.hash_function = "MultiplyShiftRX";
  world.options().solver.seeds = {0x9e3779b1, 0};
  world.options().best_graph = BestOf(10, "HighestScore");
  const TableResult result = MakeOrDie(world);
  EXPECT_EQ(result.seeds[0], 0x9e3779b1);
  EXPECT_EQ(result.attempt_counts.solved, 10u);
  // Without one to be drawn there is one solution to choose from.
  world.options().solver.seeds = result.seeds;
  const TableResult again = MakeOrDie(world);
  EXPECT_EQ(again.search_end, SearchEnd::kAttempts);
  EXPECT_EQ(again.attempt_counts.total(), 1u);
  EXPECT_EQ(ToHex(again.digest), ToHex(result.digest));
}

}  // namespace
}  // namespace perfecthash
