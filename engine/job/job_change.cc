#include "engine/job/job_change.h"

#include "engine/job/active_job.h"
#include "engine/job/job_setup.h"

namespace perfecthash {

QueuedJob::Change ApplyChange(const JobChange& change,
                              const ConcurrencyLimits& most, ActiveJob& job) {
  const ConcurrencyLimits limits =
      ClampLimits({.tables_max = change.tables_max.value_or(0),
                   .threads_max = change.threads_max.value_or(0),
                   .memory_bytes_max = change.memory_bytes_max.value_or(0)},
                  most);
  if (change.threads_max.has_value()) {
    job.threads.SetCapacity(OwnThreads(limits, most));
  }
  if (change.memory_bytes_max.has_value()) {
    job.memory.SetCapacity(OwnMemory(limits, most));
  }
  QueuedJob::Change queued{.priority = change.priority,
                           .fairness_weight = change.fairness_weight};
  if (change.tables_max.has_value()) queued.tables_max = limits.tables_max;
  return queued;
}

}  // namespace perfecthash
