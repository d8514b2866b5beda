#include "engine/perfect_hash/solve_record.h"

#include <algorithm>
#include <cmath>

namespace perfecthash {

std::string_view NameOf(TrialVerdict verdict) {
  switch (verdict) {
    case TrialVerdict::kSolved:
      return "SOLVED";
    case TrialVerdict::kBudgetSpent:
      return "BUDGET_SPENT";
    case TrialVerdict::kTooManyExpected:
      return "TOO_MANY_EXPECTED";
    case TrialVerdict::kHopeless:
      return "HOPELESS";
    case TrialVerdict::kAttemptLimit:
      return "ATTEMPT_LIMIT";
    case TrialVerdict::kTimeLimit:
      return "TIME_LIMIT";
    case TrialVerdict::kCancelled:
      return "CANCELLED";
  }
  return "UNKNOWN";
}

double RandomGraphAttempts(std::uint64_t key_count,
                           std::uint64_t vertex_count) {
  // At the critical point a forest has a probability of this times the sixth
  // root, found by experiment from 64 to a million vertices.
  constexpr double kCritical = 1.0;
  const double vertices = static_cast<double>(vertex_count);
  const double density = 2 * static_cast<double>(key_count) / vertices;
  const double sparse = std::sqrt(std::max(0.0, 1 - density));
  return 1 / std::max(sparse, kCritical * std::pow(vertices, -1.0 / 6));
}

}  // namespace perfecthash
