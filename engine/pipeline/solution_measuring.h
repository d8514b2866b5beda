#pragma once

#include <cstdint>

#include "absl/status/statusor.h"
#include "engine/perfect_hash/best_solution.h"
#include "engine/perfect_hash/solver.h"

namespace perfecthash {

// Whose solutions are measured, for what, and till when. All outlive it;
// `stop` may be null.
struct SolutionMeasuring {
  const Solver& solver;
  const BestGraphOptions& options;
  Workspace& workspace;
  const StopCheck* stop = nullptr;
};

// What the options' predicate needs to know of a solution, found by Try with
// the seeds `solved`. Its table is neither kept nor verified. Errors are those
// of Solver::Build.
absl::StatusOr<MeasuredCoverage> MeasureSolution(
    const SolutionMeasuring& measuring, std::uint64_t attempt,
    const Seeds& solved);

// A solution as a table that is verified.
struct MeasuredTable {
  Table table;
  MeasuredCoverage coverage;
};
absl::StatusOr<MeasuredTable> BuildSolution(const SolutionMeasuring& measuring,
                                            std::uint64_t attempt);

}  // namespace perfecthash
