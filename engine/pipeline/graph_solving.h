#pragma once

#include <cstdint>

#include "absl/status/statusor.h"
#include "engine/coroutine/task.h"
#include "engine/perfect_hash/solver.h"
#include "engine/pipeline/key_reading.h"
#include "engine/pipeline/lane_scratch.h"
#include "engine/pipeline/table_pipeline.h"

namespace perfecthash {

// Finds the lowest attempt that solves, whatever the number of lanes and
// whoever comes first: lanes claim attempts in order, a slice of about 1 ms at
// a time, give way to others after each slice, and go on until every attempt
// below the best one is made. NotFound NO_SOLUTION, DeadlineExceeded
// TIME_LIMIT or Cancelled when there is none. With as many lanes as `memory`
// has room for; the first one uses `scratch`.
Task<absl::StatusOr<std::uint64_t>> FindLowestSolvedAttempt(
    TableContext& context, const Solver& solver, const TableMemory& memory,
    LaneScratch& scratch);

}  // namespace perfecthash
