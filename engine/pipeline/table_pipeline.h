#pragma once

#include <atomic>
#include <cstdint>

#include "absl/status/statusor.h"
#include "engine/coroutine/async_semaphore.h"
#include "engine/coroutine/cancellation.h"
#include "engine/coroutine/task.h"
#include "engine/memory/memory_budget.h"
#include "engine/pipeline/table_activity.h"
#include "engine/pipeline/table_request.h"
#include "engine/pipeline/table_result.h"
#include "engine/pipeline/workspace_pool.h"
#include "engine/runtime/node.h"

namespace perfecthash {

// Everything that making one table needs. All of it outlives the task.
struct TableContext {
  Node& node;
  const TableRequest& request;
  TableActivity& activity;
  CancellationToken cancel;
  WorkspacePool& workspaces;
  MemoryBudget& engine_memory;
  MemoryBudget* job_memory = nullptr;     // null: no limit of the job's own
  AsyncSemaphore* job_threads = nullptr;  // a unit per slice; null: no limit
  std::atomic<std::uint64_t>* job_attempts = nullptr;  // added to, if not null
};

// Makes one table on `context.node`, from its key file to its generated files:
// the data flow of the whole engine. Must be awaited on a worker of that node,
// and resumes there. Errors carry a reason: KEYS_UNREADABLE, KEYS_INVALID,
// DUPLICATE_KEYS, OPTIONS_INVALID, NO_SOLUTION (attempts spent), TIME_LIMIT,
// MEMORY_LIMIT, WRITE_FAILED, CANCELLED. After an error none of the table's
// files is left.
Task<absl::StatusOr<TableResult>> MakeTable(TableContext& context);

}  // namespace perfecthash
