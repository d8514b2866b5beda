#include "engine/pipeline/solution_measuring.h"

#include <gtest/gtest.h>

#include "tests/support/key_sets.h"

namespace perfecthash {
namespace {

class SolutionMeasuringTest : public testing::Test {
 protected:
  SolutionMeasuringTest() {
    while (solver_->Try(attempt_, workspace_, nullptr) != Outcome::kSolved) {
      ++attempt_;
    }
  }

  MeasuredSolution Measure(const char* predicate) {
    auto measured =
        MeasureSolution(*solver_, attempt_,
                        {.predicate = *FindCoveragePredicate(predicate),
                         .keys_subset = {list_[0], list_[1]}},
                        workspace_);
    EXPECT_TRUE(measured.ok()) << measured.status();
    return *std::move(measured);
  }

  const std::vector<std::uint32_t> list_ = RandomKeys(1000, 1);
  const KeySet keys_ = MakeKeySet(list_);
  absl::StatusOr<Solver> solver_ = Solver::Create(keys_, {});
  Workspace workspace_;
  std::uint64_t attempt_ = 1;
};

TEST_F(SolutionMeasuringTest, MeasuresWhatThePredicateNeeds) {
  const MeasuredSolution array = Measure("LowestNumberOfUsedCacheLines");
  EXPECT_TRUE(array.table.Verify(keys_));
  EXPECT_EQ(array.coverage.array.cache_lines.total, 64u);
  EXPECT_EQ(array.coverage.forest.visited_vertex_count, 0u);
  EXPECT_EQ(array.coverage.subset.cache_lines, 0u);

  const MeasuredSolution forest = Measure("LowestMaxGraphTraversalDepth");
  EXPECT_GT(forest.coverage.forest.depth_max, 1u);
  EXPECT_EQ(forest.coverage.forest.visited_vertex_count +
                forest.coverage.forest.empty_vertex_count,
            2048u);

  const MeasuredSolution subset =
      Measure("LowestNumberOfCacheLinesUsedByKeysSubset");
  EXPECT_GE(subset.coverage.subset.cache_lines, 1u);
  EXPECT_LE(subset.coverage.subset.cache_lines, 4u);
}

TEST_F(SolutionMeasuringTest, AnAttemptThatIsNotSolvedIsAnError) {
  const auto measured = MeasureSolution(*solver_, 0, {}, workspace_);
  EXPECT_EQ(measured.status().code(), absl::StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace perfecthash
