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

template <typename T>
std::uint64_t OwnLimit(T limit, T most) {
  return limit < most ? static_cast<std::uint64_t>(limit)
                      : ActiveJob::kUnlimited;
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

std::uint64_t OwnThreads(const ConcurrencyLimits& limits,
                         const ConcurrencyLimits& most) {
  return OwnLimit(limits.threads_max, most.threads_max);
}

std::uint64_t OwnMemory(const ConcurrencyLimits& limits,
                        const ConcurrencyLimits& most) {
  return OwnLimit(limits.memory_bytes_max, most.memory_bytes_max);
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
    SortItems(policy.item_order, spec.items, assignment.items);
    setup.queue.items.push_back(
        {assignment.nodes, std::move(assignment.items)});
  }
  setup.memory_bytes_max = OwnMemory(spec.limits, most);
  setup.threads_max = OwnThreads(spec.limits, most);
  for (const int node_id : selector.node_ids()) {
    setup.nodes.push_back({.node_id = node_id});
  }
  setup.spec = std::move(spec);
  return setup;
}

}  // namespace perfecthash
