#include "engine/perfect_hash/best_solution.h"

#include <gtest/gtest.h>

#include <vector>

namespace perfecthash {
namespace {

constexpr CoveragePredicate kLowest = {CoverageMeasure::kScore,
                                       Extreme::kLowest};

// Shows solutions of attempts 10, 20, ... with these values; returns why the
// search ended, and after which value.
std::pair<std::optional<SearchEnd>, int> Show(
    BestSolution& best, const std::vector<double>& values) {
  int shown = 0;
  for (const double value : values) {
    ++shown;
    const auto end = best.Take(10 * static_cast<std::uint64_t>(shown), value);
    if (end.has_value()) return {end, shown};
  }
  return {std::nullopt, shown};
}

TEST(BestSolutionTest, TheFirstOfTheBestWins) {
  const BestGraphOptions options = {.predicate = kLowest};
  BestSolution best(options);
  EXPECT_EQ(best.attempt(), 0u);
  EXPECT_EQ(Show(best, {5, 3, 4, 3, 3, 9}).first, std::nullopt);
  EXPECT_EQ(best.attempt(), 20u);
  EXPECT_EQ(best.value(), 3);
  EXPECT_EQ(best.solution_count(), 6u);
  EXPECT_EQ(best.improvement_count(), 2u);
  EXPECT_EQ(best.equal_count(), 2u);
}

TEST(BestSolutionTest, TheHighestWinsWhereItIsAskedFor) {
  const BestGraphOptions options = {
      .predicate = {CoverageMeasure::kScore, Extreme::kHighest}};
  BestSolution best(options);
  Show(best, {-5, 3, 4, 4, 2});
  EXPECT_EQ(best.attempt(), 30u);
  EXPECT_EQ(best.equal_count(), 1u);
}

TEST(BestSolutionTest, EndsAfterTheSolutionsAskedFor) {
  const BestGraphOptions options = {.predicate = kLowest, .solutions_max = 3};
  BestSolution best(options);
  EXPECT_EQ(Show(best, {5, 4, 3, 2}),
            std::pair(std::optional(SearchEnd::kSolutions), 3));
  EXPECT_EQ(best.value(), 3);
}

TEST(BestSolutionTest, AThousandSolutionsUnlessOtherwiseAskedFor) {
  const BestGraphOptions options = {.predicate = kLowest};
  BestSolution best(options);
  EXPECT_EQ(Show(best, std::vector<double>(2000, 1)),
            std::pair(std::optional(SearchEnd::kSolutions), 1000));
}

TEST(BestSolutionTest, EndsWhenTheTargetIsReachedOrPassed) {
  const BestGraphOptions options = {.predicate = kLowest, .target_value = 3};
  BestSolution reached(options);
  EXPECT_EQ(Show(reached, {5, 3, 1}),
            std::pair(std::optional(SearchEnd::kTargetValue), 2));
  BestSolution passed(options);
  EXPECT_EQ(Show(passed, {5, 4, 1, 0}),
            std::pair(std::optional(SearchEnd::kTargetValue), 3));
}

TEST(BestSolutionTest, EndsWhenTooManyAreEqualAndABetterOneCountsAnew) {
  const BestGraphOptions options = {.predicate = kLowest, .equal_count_max = 2};
  BestSolution best(options);
  EXPECT_EQ(Show(best, {5, 5, 4, 4, 9, 4, 4}),
            std::pair(std::optional(SearchEnd::kEqualCount), 6));
  EXPECT_EQ(best.attempt(), 30u);
}

}  // namespace
}  // namespace perfecthash
