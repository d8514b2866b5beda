#pragma once

#include <cstdint>
#include <limits>

#include "absl/status/statusor.h"
#include "engine/coroutine/task.h"
#include "engine/memory/memory_budget.h"
#include "engine/perfect_hash/key_set.h"
#include "engine/pipeline/table_pipeline.h"

namespace perfecthash {

// The memory that one table may use until it ends: from the job's own budget,
// where it has one, and from the engine's. Everything that the table needs is
// reserved in one request, once the size of its keys is known.
struct TableMemory {
  Reservation of_job;
  Reservation of_engine;
  // What the workspace of a lane grows to at most.
  std::uint64_t lane_bytes = 0;
  // Lanes whose workspaces are reserved. No limit for small tables, which use
  // those of the workers.
  int lanes_max = std::numeric_limits<int>::max();
};

// Reserves the table's memory, which may mean to wait for it, and reads its
// keys as the request's file_io says.
Task<absl::StatusOr<KeySet>> ReadKeys(TableContext& context,
                                      TableMemory& memory);

// A buffer of the node's pool, part of what was reserved. ResourceExhausted,
// MEMORY_LIMIT, when the system has no memory for it all the same. `purpose` is
// a string literal.
absl::StatusOr<Buffer> TakeBuffer(TableContext& context, std::size_t bytes,
                                  const char* purpose);

// The capacity of the buffer through which a table of `key_count` keys is
// written.
std::size_t WriteChunkBytes(std::uint64_t key_count);

}  // namespace perfecthash
