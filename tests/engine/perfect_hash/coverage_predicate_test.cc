#include "engine/perfect_hash/coverage_predicate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace perfecthash {
namespace {

TEST(CoveragePredicateTest, EveryMeasureHasTwoPredicatesFoundByName) {
  std::set<std::string> names;
  for (std::size_t i = 0; i < CoverageMeasureNames().size(); ++i) {
    for (const Extreme extreme : {Extreme::kLowest, Extreme::kHighest}) {
      const CoveragePredicate predicate = {static_cast<CoverageMeasure>(i),
                                           extreme};
      const std::string name = NameOf(predicate);
      names.insert(name);
      EXPECT_EQ(FindCoveragePredicate(name), predicate) << name;
    }
  }
  EXPECT_EQ(names.size(), 40u);
  EXPECT_TRUE(names.contains("LowestNumberOfUsedCacheLines"));
  EXPECT_TRUE(names.contains("HighestMaxAssignedPerCacheLineCount"));
}

TEST(CoveragePredicateTest, OtherNamesAreNotFound) {
  for (const char* name :
       {"", "Lowest", "NumberOfUsedCacheLines", "lowestRank", "LowestRank ",
        "LowestNumberOfCollisionsDuringAssignment"}) {
    EXPECT_FALSE(FindCoveragePredicate(name).has_value()) << name;
  }
}

TEST(CoveragePredicateTest, PrefersTheExtremeAndNeverAnEqual) {
  const CoveragePredicate lowest = *FindCoveragePredicate("LowestRank");
  EXPECT_TRUE(lowest.Prefers(1, 2));
  EXPECT_FALSE(lowest.Prefers(2, 2));
  EXPECT_FALSE(lowest.Prefers(3, 2));
  const CoveragePredicate highest = *FindCoveragePredicate("HighestRank");
  EXPECT_FALSE(highest.Prefers(1, 2));
  EXPECT_FALSE(highest.Prefers(2, 2));
  EXPECT_TRUE(highest.Prefers(3, 2));
}

TEST(CoveragePredicateTest, EachMeasureReadsItsOwnFigure) {
  MeasuredCoverage coverage;
  coverage.array = {.cache_lines = {.total = 100, .used = 93},
                    .pages = {.total = 50, .used = 45},
                    .large_pages = {.total = 9, .used = 8},
                    .entries_per_cache_line = 16,
                    .assigned_count = 10,
                    .lines_by_assigned_count = {1, 2, 3},
                    .slope = 11,
                    .intercept = 12,
                    .correlation = 13,
                    .predicted_filled_cache_lines = 14,
                    .score = 15,
                    .rank = 16};
  coverage.forest = {
      .empty_vertex_count = 17, .visited_vertex_count = 18, .depth_max = 19};
  coverage.subset = {.cache_lines = 20,
                     .pages = 21,
                     .large_pages = 22,
                     .max_entries_per_cache_line = 23};
  std::vector<double> values;
  for (std::size_t i = 0; i < CoverageMeasureNames().size(); ++i) {
    values.push_back(ValueOf(static_cast<CoverageMeasure>(i), coverage));
  }
  EXPECT_THAT(values,
              testing::ElementsAre(5, 1, 7, 45, 8, 93, 2, 14, 11, 12, 13, 15,
                                   16, 19, 18, 17, 23, 21, 22, 20));
}

TEST(CoveragePredicateTest, KnowsWhatElseIsToBeMeasured) {
  const auto needs = [](const char* name) {
    const CoveragePredicate predicate = *FindCoveragePredicate(name);
    return std::pair(predicate.needs_forest(), predicate.needs_subset());
  };
  EXPECT_EQ(needs("LowestRank"), std::pair(false, false));
  EXPECT_EQ(needs("LowestMaxGraphTraversalDepth"), std::pair(true, false));
  EXPECT_EQ(needs("LowestTotalGraphTraversals"), std::pair(true, false));
  EXPECT_EQ(needs("HighestNumberOfEmptyVertices"), std::pair(true, false));
  EXPECT_EQ(needs("LowestNumberOfCacheLinesUsedByKeysSubset"),
            std::pair(false, true));
  EXPECT_EQ(needs("HighestMaxAssignedPerCacheLineCountForKeysSubset"),
            std::pair(false, true));
}

}  // namespace
}  // namespace perfecthash
