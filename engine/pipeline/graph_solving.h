#pragma once

#include "absl/status/statusor.h"
#include "engine/coroutine/task.h"
#include "engine/perfect_hash/solver.h"
#include "engine/pipeline/attempt_order.h"
#include "engine/pipeline/key_reading.h"
#include "engine/pipeline/lane_scratch.h"
#include "engine/pipeline/table_pipeline.h"

namespace perfecthash {

// What attempts are made for.
struct SearchGoal {
  // Null: the first solution, that is the lowest attempt that solves.
  const BestGraphOptions* best_graph = nullptr;
  // Since when lanes are gained.
  TableActivity::TimePoint started;
  // When the search is out of time.
  TableActivity::TimePoint deadline = TableActivity::TimePoint::max();
};

// Makes attempts until the goal is reached, they are spent, or the time is up.
// Who wins does not depend on the number of lanes nor on whoever comes first:
// lanes claim attempts in order (AttemptOrder), a slice of about 1 ms at a
// time, and give way to others after each. Cancelled when the table is; else
// errors are bugs. With as many lanes as `memory` has room for; the first one
// uses `scratch`.
Task<absl::StatusOr<SearchOutcome>> SearchAttempts(TableContext& context,
                                                   const Solver& solver,
                                                   const SearchGoal& goal,
                                                   const TableMemory& memory,
                                                   LaneScratch& scratch);

}  // namespace perfecthash
