#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/types/span.h"
#include "engine/perfect_hash/coverage.h"
#include "engine/perfect_hash/peel.h"

namespace perfecthash {

// What solutions of one graph may be compared by. Each name is that of its
// enumerator without the k.
//
// NumberOfCollisionsDuringAssignment, which the predecessor counts, is left
// out: every vertex is assigned once here, so it would be 0 for every table.
enum class CoverageMeasure : std::uint8_t {
  // Of the assigned array; see Coverage.
  kNumberOfEmptyPages,
  kNumberOfEmptyLargePages,
  kNumberOfEmptyCacheLines,
  kNumberOfUsedPages,
  kNumberOfUsedLargePages,
  kNumberOfUsedCacheLines,
  kMaxAssignedPerCacheLineCount,
  kPredictedNumberOfFilledCacheLines,
  kSlope,
  kIntercept,
  kCorrelation,
  kScore,
  kRank,
  // Of the graph; see ForestShape.
  kMaxGraphTraversalDepth,
  kTotalGraphTraversals,
  kNumberOfEmptyVertices,
  // Of the entries that a subset of the keys reads; see SubsetCoverage.
  kMaxAssignedPerCacheLineCountForKeysSubset,
  kNumberOfPagesUsedByKeysSubset,
  kNumberOfLargePagesUsedByKeysSubset,
  kNumberOfCacheLinesUsedByKeysSubset,
};

enum class Extreme : std::uint8_t { kLowest, kHighest };

// Which of two solutions is the better one: that with the lowest or highest
// value of a measure. A value.
struct CoveragePredicate {
  CoverageMeasure measure = CoverageMeasure::kNumberOfUsedCacheLines;
  Extreme extreme = Extreme::kLowest;

  // Whether the first value is better than the second; not if they are equal.
  bool Prefers(double a, double b) const {
    return extreme == Extreme::kLowest ? a < b : a > b;
  }
  // What must be measured besides the assigned array.
  bool needs_forest() const;
  bool needs_subset() const;

  friend bool operator==(const CoveragePredicate&,
                         const CoveragePredicate&) = default;
};

// Names of the measures, in the order of the enumerators.
absl::Span<const std::string_view> CoverageMeasureNames();

// "LowestNumberOfUsedCacheLines": the extreme, then the measure.
std::string NameOf(CoveragePredicate predicate);
// Nothing if there is none of this name. Names are matched exactly.
std::optional<CoveragePredicate> FindCoveragePredicate(std::string_view name);

// All that was measured of one solution.
struct MeasuredCoverage {
  Coverage array;
  ForestShape forest = {};     // only if needs_forest()
  SubsetCoverage subset = {};  // only if needs_subset()
};
double ValueOf(CoverageMeasure measure, const MeasuredCoverage& coverage);

}  // namespace perfecthash
