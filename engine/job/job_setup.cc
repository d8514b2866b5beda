#include "engine/job/job_setup.h"

#include <algorithm>
#include <utility>

#include "engine/base/status_macros.h"

namespace perfecthash {
namespace {

template <typename T>
T Clamp(T wanted, T most) {
  return wanted <= 0 ? most : std::min(wanted, most);
}

}  // namespace

ConcurrencyLimits ClampLimits(const ConcurrencyLimits& wanted,
                              const ConcurrencyLimits& most) {
  return {
      .tables_max = Clamp(wanted.tables_max, most.tables_max),
      .threads_max = Clamp(wanted.threads_max, most.threads_max),
      .memory_bytes_max = Clamp(wanted.memory_bytes_max, most.memory_bytes_max),
  };
}

absl::StatusOr<ActiveJob::Setup> SetUpJob(JobSpec spec,
                                          const NodeSelector& selector,
                                          const ConcurrencyLimits& most) {
  ASSIGN_OR_RETURN(auto assignments, selector.Assign(spec.nodes, spec.items));
  spec.limits = ClampLimits(spec.limits, most);

  ActiveJob::Setup setup;
  const SchedulingPolicy& policy = spec.scheduling;
  setup.queue.priority = policy.priority;
  setup.queue.fairness_key = policy.fairness_key;
  setup.queue.fairness_weight = policy.fairness_weight;
  setup.queue.tables_max = spec.limits.tables_max;
  setup.queue.queue_timeout = policy.queue_timeout;
  setup.queue.execution_timeout = policy.execution_timeout;
  for (NodeSelector::Assignment& assignment : assignments) {
    setup.queue.items.push_back(
        {assignment.nodes, std::move(assignment.items)});
  }
  // What the engine limits anyway needs no second count.
  if (spec.limits.memory_bytes_max < most.memory_bytes_max) {
    setup.memory_bytes_max = spec.limits.memory_bytes_max;
  }
  if (spec.limits.threads_max < most.threads_max) {
    setup.threads_max = spec.limits.threads_max;
  }
  for (const int node_id : selector.node_ids()) {
    setup.nodes.push_back({.node_id = node_id});
  }
  setup.spec = std::move(spec);
  return setup;
}

}  // namespace perfecthash
