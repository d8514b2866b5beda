#pragma once

#include "absl/status/statusor.h"
#include "engine/coroutine/task.h"
#include "engine/perfect_hash/coverage_predicate.h"
#include "engine/perfect_hash/solve_record.h"
#include "engine/perfect_hash/solver_options.h"
#include "engine/perfect_hash/table.h"
#include "engine/pipeline/attempt_order.h"
#include "engine/pipeline/key_reading.h"
#include "engine/pipeline/table_pipeline.h"

namespace perfecthash {

// A table and how it was found.
struct SolvedTable {
  Table table;
  MeasuredCoverage coverage;  // what the best graph's predicate needs
  SearchOutcome search;
  SolveRecord record;
};

// The options by which the solutions for a best graph are sought, once the
// function and the size of the table are settled: all of them have the same,
// or they could not be compared. The seed pool, unless the caller wants fresh
// seeds: it makes many solutions cheap.
SolverOptions OptionsOfBestGraph(const TableOptions& options,
                                 const TableParameters& settled);

// Finds the table of `keys` that the request asks for, and verifies it. Without
// a best graph that is the first solution. With one, the first solution only
// settles the function and the table's size, where the options leave them
// open; then the attempts begin anew, with that function at that size alone.
// NotFound NO_SOLUTION, DeadlineExceeded TIME_LIMIT, Cancelled,
// InvalidArgument OPTIONS_INVALID.
Task<absl::StatusOr<SolvedTable>> SolveTable(TableContext& context,
                                             const KeySet& keys,
                                             const TableMemory& memory);

}  // namespace perfecthash
