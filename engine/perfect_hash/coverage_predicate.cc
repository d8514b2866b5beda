#include "engine/perfect_hash/coverage_predicate.h"

#include <algorithm>
#include <array>

namespace perfecthash {
namespace {

using enum CoverageMeasure;

constexpr std::string_view kLowest = "Lowest";
constexpr std::string_view kHighest = "Highest";

constexpr auto kNames = std::to_array<std::string_view>({
    "NumberOfEmptyPages",
    "NumberOfEmptyLargePages",
    "NumberOfEmptyCacheLines",
    "NumberOfUsedPages",
    "NumberOfUsedLargePages",
    "NumberOfUsedCacheLines",
    "MaxAssignedPerCacheLineCount",
    "PredictedNumberOfFilledCacheLines",
    "Slope",
    "Intercept",
    "Correlation",
    "Score",
    "Rank",
    "MaxGraphTraversalDepth",
    "TotalGraphTraversals",
    "NumberOfEmptyVertices",
    "MaxAssignedPerCacheLineCountForKeysSubset",
    "NumberOfPagesUsedByKeysSubset",
    "NumberOfLargePagesUsedByKeysSubset",
    "NumberOfCacheLinesUsedByKeysSubset",
});
static_assert(kNames.size() ==
              static_cast<std::size_t>(kNumberOfCacheLinesUsedByKeysSubset) +
                  1);

// Counts are far below 2^53, so that no two become one number.
double Real(std::uint64_t count) { return static_cast<double>(count); }

double ValueOf(CoverageMeasure measure, const Coverage& array) {
  switch (measure) {
    case kNumberOfEmptyPages:
      return Real(array.pages.empty());
    case kNumberOfEmptyLargePages:
      return Real(array.large_pages.empty());
    case kNumberOfEmptyCacheLines:
      return Real(array.cache_lines.empty());
    case kNumberOfUsedPages:
      return Real(array.pages.used);
    case kNumberOfUsedLargePages:
      return Real(array.large_pages.used);
    case kNumberOfUsedCacheLines:
      return Real(array.cache_lines.used);
    case kMaxAssignedPerCacheLineCount:
      return array.max_assigned_per_cache_line();
    case kPredictedNumberOfFilledCacheLines:
      return array.predicted_filled_cache_lines;
    case kSlope:
      return array.slope;
    case kIntercept:
      return array.intercept;
    case kCorrelation:
      return array.correlation;
    case kScore:
      return Real(array.score);
    default:
      return array.rank;
  }
}

}  // namespace

bool CoveragePredicate::needs_forest() const {
  return measure == kMaxGraphTraversalDepth ||
         measure == kTotalGraphTraversals || measure == kNumberOfEmptyVertices;
}

bool CoveragePredicate::needs_subset() const {
  return measure >= kMaxAssignedPerCacheLineCountForKeysSubset;
}

absl::Span<const std::string_view> CoverageMeasureNames() { return kNames; }

std::string NameOf(CoveragePredicate predicate) {
  const std::string_view extreme =
      predicate.extreme == Extreme::kLowest ? kLowest : kHighest;
  const std::string_view measure =
      kNames[static_cast<std::size_t>(predicate.measure)];
  return std::string(extreme) + std::string(measure);
}

std::optional<CoveragePredicate> FindCoveragePredicate(std::string_view name) {
  CoveragePredicate predicate;
  if (name.starts_with(kLowest)) {
    name.remove_prefix(kLowest.size());
  } else if (name.starts_with(kHighest)) {
    name.remove_prefix(kHighest.size());
    predicate.extreme = Extreme::kHighest;
  } else {
    return std::nullopt;
  }
  const auto found = std::find(kNames.begin(), kNames.end(), name);
  if (found == kNames.end()) return std::nullopt;
  predicate.measure = static_cast<CoverageMeasure>(found - kNames.begin());
  return predicate;
}

double ValueOf(CoverageMeasure measure, const MeasuredCoverage& coverage) {
  switch (measure) {
    case kMaxGraphTraversalDepth:
      return coverage.forest.depth_max;
    case kTotalGraphTraversals:
      return coverage.forest.visited_vertex_count;
    case kNumberOfEmptyVertices:
      return coverage.forest.empty_vertex_count;
    case kMaxAssignedPerCacheLineCountForKeysSubset:
      return coverage.subset.max_entries_per_cache_line;
    case kNumberOfPagesUsedByKeysSubset:
      return Real(coverage.subset.pages);
    case kNumberOfLargePagesUsedByKeysSubset:
      return Real(coverage.subset.large_pages);
    case kNumberOfCacheLinesUsedByKeysSubset:
      return Real(coverage.subset.cache_lines);
    default:
      return ValueOf(measure, coverage.array);
  }
}

}  // namespace perfecthash
