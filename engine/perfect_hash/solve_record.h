#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/perfect_hash/hash_function.h"

namespace perfecthash {

// Why the attempts with one hash function, at one size of the table, ended.
enum class TrialVerdict : std::uint8_t {
  kSolved,
  // The share that "Auto" (or an automatic table resize) gave it is used up.
  kBudgetSpent,
  // A solution is to be expected, but only after more attempts than a cheaper
  // lookup is worth.
  kTooManyExpected,
  // No solution is to be expected at all: the function puts these keys together
  // whatever its seeds, or the set is too large or too full for it.
  kHopeless,
  kAttemptLimit,  // the caller's max_attempts
  kTimeLimit,     // the caller's time limit
  kCancelled,
};

// "SOLVED", "BUDGET_SPENT", "TOO_MANY_EXPECTED", "HOPELESS", "ATTEMPT_LIMIT",
// "TIME_LIMIT", "CANCELLED".
std::string_view NameOf(TrialVerdict verdict);

// What was tried with one hash function at one size of the table. A value.
struct FunctionTrial {
  HashFunctionId function;
  int table_resizes = 0;
  // Attempts made in this trial. The seed pool's count as well, also those that
  // only prepare others.
  std::uint64_t attempts = 0;
  // Attempts with fresh seeds till a solution is to be expected. Of the random
  // graph (as if the function were perfect) until `is_measured`, then by a
  // sample of graphs of these very keys; infinity if there is no hope.
  double expected_attempts = 0;
  bool is_measured = false;
  TrialVerdict verdict = TrialVerdict::kSolved;
};

// In the order tried. The last one says how the whole ended.
using SolveRecord = std::vector<FunctionTrial>;

// Expected attempts till a random graph of `key_count` edges has no cycle:
// 1 / sqrt(1 - 2 * key_count / vertex_count), which tends to
// vertex_count ^ (1/6) where the graph is full (P. Flajolet, D. Knuth,
// B. Pittel, "The first cycles in an evolving graph", 1989).
double RandomGraphAttempts(std::uint64_t key_count, std::uint64_t vertex_count);

}  // namespace perfecthash
