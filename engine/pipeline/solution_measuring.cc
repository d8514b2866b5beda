#include "engine/pipeline/solution_measuring.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "engine/base/status_macros.h"

namespace perfecthash {
namespace {

// The forest is measured while the table is made.
Solver::BuildOptions OptionsFor(const SolutionMeasuring& measuring,
                                MeasuredCoverage& coverage) {
  const bool needs_forest = measuring.options.predicate.needs_forest();
  return {.stop = measuring.stop,
          .shape = needs_forest ? &coverage.forest : nullptr};
}

absl::Status MeasureTable(const SolutionMeasuring& measuring,
                          const TableView& table, MeasuredCoverage& coverage) {
  auto array = MeasureCoverage(table, measuring.stop);
  if (!array) {
    return absl::CancelledError(
        absl::StrCat("stopped while the table of attempt ",
                     table.parameters.attempt, " was measured"));
  }
  coverage.array = *std::move(array);
  if (measuring.options.predicate.needs_subset()) {
    coverage.subset =
        MeasureSubsetCoverage(table, measuring.options.keys_subset);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<MeasuredCoverage> MeasureSolution(
    const SolutionMeasuring& measuring, std::uint64_t attempt,
    const Seeds& solved) {
  MeasuredCoverage coverage;
  Solver::BuildOptions options = OptionsFor(measuring, coverage);
  options.solved = &solved;
  ASSIGN_OR_RETURN(
      const TableView table,
      measuring.solver.Assign(attempt, measuring.workspace, options));
  RETURN_IF_ERROR(MeasureTable(measuring, table, coverage));
  return coverage;
}

absl::StatusOr<MeasuredTable> BuildSolution(const SolutionMeasuring& measuring,
                                            std::uint64_t attempt) {
  MeasuredCoverage coverage;
  ASSIGN_OR_RETURN(Table table,
                   measuring.solver.Build(attempt, measuring.workspace,
                                          OptionsFor(measuring, coverage)));
  RETURN_IF_ERROR(MeasureTable(measuring, table.view(), coverage));
  return MeasuredTable{std::move(table), std::move(coverage)};
}

}  // namespace perfecthash
