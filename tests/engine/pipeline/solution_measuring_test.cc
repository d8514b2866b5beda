#include "engine/pipeline/solution_measuring.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>

#include "tests/support/counting_stop.h"
#include "tests/support/key_sets.h"

namespace perfecthash {
namespace {

class SolutionMeasuringTest : public testing::Test {
 protected:
  SolutionMeasuringTest() {
    while (solver_->Try(attempt_, workspace_, nullptr, &seeds_) !=
           Outcome::kSolved) {
      ++attempt_;
    }
  }

  BestGraphOptions OptionsFor(const char* predicate) const {
    return {.predicate = *FindCoveragePredicate(predicate),
            .keys_subset = {list_[0], list_[1]}};
  }

  MeasuredTable Build(const char* predicate) {
    const BestGraphOptions options = OptionsFor(predicate);
    auto built = BuildSolution(
        {.solver = *solver_, .options = options, .workspace = workspace_},
        attempt_);
    EXPECT_TRUE(built.ok()) << built.status();
    return *std::move(built);
  }

  const std::vector<std::uint32_t> list_ = RandomKeys(1000, 1);
  const KeySet keys_ = MakeKeySet(list_);
  absl::StatusOr<Solver> solver_ = Solver::Create(keys_, {});
  Workspace workspace_;
  std::uint64_t attempt_ = 1;
  Seeds seeds_;
};

TEST_F(SolutionMeasuringTest, MeasuresWhatThePredicateNeeds) {
  const MeasuredTable array = Build("LowestNumberOfUsedCacheLines");
  EXPECT_TRUE(array.table.Verify(keys_));
  EXPECT_EQ(array.coverage.array.cache_lines.total, 64u);
  EXPECT_EQ(array.coverage.forest.visited_vertex_count, 0u);
  EXPECT_EQ(array.coverage.subset.cache_lines, 0u);

  const MeasuredTable forest = Build("LowestMaxGraphTraversalDepth");
  EXPECT_GT(forest.coverage.forest.depth_max, 1u);
  EXPECT_EQ(forest.coverage.forest.visited_vertex_count +
                forest.coverage.forest.empty_vertex_count,
            2048u);

  const MeasuredTable subset =
      Build("LowestNumberOfCacheLinesUsedByKeysSubset");
  EXPECT_GE(subset.coverage.subset.cache_lines, 1u);
  EXPECT_LE(subset.coverage.subset.cache_lines, 4u);
}

TEST_F(SolutionMeasuringTest, ASolutionWithoutATableMeasuresTheSame) {
  for (const std::string_view measure : CoverageMeasureNames()) {
    const std::string name = "Lowest" + std::string(measure);
    const BestGraphOptions options = OptionsFor(name.c_str());
    const auto measured = MeasureSolution(
        {.solver = *solver_, .options = options, .workspace = workspace_},
        attempt_, seeds_);
    ASSERT_TRUE(measured.ok()) << measured.status();
    EXPECT_EQ(ValueOf(options.predicate.measure, *measured),
              ValueOf(options.predicate.measure, Build(name.c_str()).coverage))
        << name;
  }
}

TEST_F(SolutionMeasuringTest, AnyLookMayStopIt) {
  const BestGraphOptions options = OptionsFor("LowestMaxGraphTraversalDepth");
  const auto status_with = [&](const StopCheck& stop) {
    const SolutionMeasuring measuring = {.solver = *solver_,
                                         .options = options,
                                         .workspace = workspace_,
                                         .stop = &stop};
    return BuildSolution(measuring, attempt_).status();
  };
  const CountingStop never;
  ASSERT_TRUE(status_with(never).ok());
  for (std::uint64_t look = 1; look <= never.looks(); ++look) {
    const CountingStop stop(look);
    EXPECT_EQ(status_with(stop).code(), absl::StatusCode::kCancelled);
    EXPECT_EQ(stop.looks(), look) << "it went on";
  }
}

TEST_F(SolutionMeasuringTest, AnAttemptThatIsNotSolvedIsAnError) {
  const BestGraphOptions options;
  const auto built = BuildSolution(
      {.solver = *solver_, .options = options, .workspace = workspace_}, 0);
  EXPECT_EQ(built.status().code(), absl::StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace perfecthash
