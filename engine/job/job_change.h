#pragma once

#include <cstdint>
#include <optional>

#include "engine/job/job_spec.h"
#include "engine/job/queued_job.h"

namespace perfecthash {

struct ActiveJob;

// What is to be different about an unfinished job; what is absent stays as it
// is. Zero limits mean the engine's own and larger ones are clamped to those,
// as in ConcurrencyLimits. More starts at once; with less, what runs goes on
// and nothing starts until it fits. Two limits reach into running tables:
// threads_max holds from their next slices of solving, and a table that waits
// for memory of the job and needs more than memory_bytes_max fails with
// MEMORY_LIMIT. (One that has it already, and waits for that of the engine,
// does not.)
struct JobChange {
  std::optional<int> tables_max = {};
  std::optional<int> threads_max = {};
  std::optional<std::uint64_t> memory_bytes_max = {};
  std::optional<int> priority = {};            // 1 (first) .. 5 (last)
  std::optional<double> fairness_weight = {};  // 0.001 .. 1000
};

// Changes the job's own counts of threads and memory, and returns what is left
// for the queue to change; limits are clamped to `most`. Whoever gets units by
// it is only posted, so the scheduler's lock may be held.
QueuedJob::Change ApplyChange(const JobChange& change,
                              const ConcurrencyLimits& most, ActiveJob& job);

}  // namespace perfecthash
