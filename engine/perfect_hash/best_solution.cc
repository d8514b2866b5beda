#include "engine/perfect_hash/best_solution.h"

namespace perfecthash {

std::optional<SearchEnd> BestSolution::Take(std::uint64_t attempt,
                                            double value) {
  const CoveragePredicate& predicate = options_.predicate;
  ++solution_count_;
  if (solution_count_ == 1 || predicate.Prefers(value, value_)) {
    attempt_ = attempt;
    value_ = value;
    ++improvement_count_;
    equal_count_ = 0;
  } else if (value == value_) {
    ++equal_count_;
  }
  if (options_.target_value.has_value() &&
      !predicate.Prefers(*options_.target_value, value_)) {
    return SearchEnd::kTargetValue;
  }
  if (options_.equal_count_max != 0 &&
      equal_count_ >= options_.equal_count_max) {
    return SearchEnd::kEqualCount;
  }
  if (options_.solutions_max != 0 &&
      solution_count_ >= options_.solutions_max) {
    return SearchEnd::kSolutions;
  }
  return std::nullopt;
}

}  // namespace perfecthash
