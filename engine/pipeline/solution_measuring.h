#pragma once

#include <cstdint>

#include "absl/status/statusor.h"
#include "engine/perfect_hash/best_solution.h"
#include "engine/perfect_hash/solver.h"

namespace perfecthash {

// A solution as a table, and what the options' predicate needs to know of it.
struct MeasuredSolution {
  Table table;
  MeasuredCoverage coverage;
};

// Of an attempt that is solved; errors are those of Solver::Build.
absl::StatusOr<MeasuredSolution> MeasureSolution(
    const Solver& solver, std::uint64_t attempt,
    const BestGraphOptions& options, Workspace& workspace);

}  // namespace perfecthash
