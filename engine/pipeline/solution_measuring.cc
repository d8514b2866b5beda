#include "engine/pipeline/solution_measuring.h"

#include <utility>

#include "engine/base/status_macros.h"

namespace perfecthash {

absl::StatusOr<MeasuredSolution> MeasureSolution(
    const Solver& solver, std::uint64_t attempt,
    const BestGraphOptions& options, Workspace& workspace) {
  MeasuredCoverage coverage;
  ForestShape* const forest =
      options.predicate.needs_forest() ? &coverage.forest : nullptr;
  ASSIGN_OR_RETURN(Table table, solver.Build(attempt, workspace, forest));
  coverage.array = MeasureCoverage(table);
  if (options.predicate.needs_subset()) {
    coverage.subset = MeasureSubsetCoverage(table, options.keys_subset);
  }
  return MeasuredSolution{std::move(table), std::move(coverage)};
}

}  // namespace perfecthash
