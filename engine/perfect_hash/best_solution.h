#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/perfect_hash/coverage_predicate.h"

namespace perfecthash {

// To look at many solutions of one graph and keep the best.
struct BestGraphOptions {
  CoveragePredicate predicate;
  // Solutions to look at; 0 = no limit.
  std::uint64_t solutions_max = 1000;
  // Attempts to make for them; 0 = no limit but that of SolverOptions.
  std::uint64_t attempts_max = 0;
  // Ends with the first solution whose value is this or a better one.
  std::optional<double> target_value = {};
  // Ends when this many further solutions were as good as the best so far;
  // 0 = no limit.
  std::uint64_t equal_count_max = 0;
  // Keys, unpacked, whose lookups the predicates of a subset look at. Each is
  // in the table's set.
  std::vector<std::uint64_t> keys_subset = {};
};

// Why no further attempts were made.
enum class SearchEnd : std::uint8_t {
  kFirstSolution,  // one was all that was asked for
  kSolutions,      // BestGraphOptions: solutions_max,
  kTargetValue,    // target_value,
  kEqualCount,     // equal_count_max
  kAttempts,       // all that were allowed, or that a function is given
  kTime,           // the caller's time limit
};

// Keeps the best of the solutions that it is shown in the order of their
// attempts, so that the choice depends on this order alone: the first of those
// that are equal wins. Used by one thread at a time.
class BestSolution {
 public:
  // The options outlive it.
  explicit BestSolution(const BestGraphOptions& options) : options_(options) {}

  // Returns why to look no further, or nothing.
  std::optional<SearchEnd> Take(std::uint64_t attempt, double value);

  std::uint64_t solution_count() const { return solution_count_; }
  // Of the best one; 0 before there is one.
  std::uint64_t attempt() const { return attempt_; }
  double value() const { return value_; }
  // How often a solution was better than all before it, the first included.
  std::uint64_t improvement_count() const { return improvement_count_; }
  // Further solutions as good as the best.
  std::uint64_t equal_count() const { return equal_count_; }

 private:
  const BestGraphOptions& options_;
  std::uint64_t solution_count_ = 0;
  std::uint64_t attempt_ = 0;
  double value_ = 0;
  std::uint64_t improvement_count_ = 0;
  std::uint64_t equal_count_ = 0;
};

}  // namespace perfecthash
