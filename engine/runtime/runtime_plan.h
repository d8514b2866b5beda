#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/numa/topology.h"
#include "engine/runtime/runtime_options.h"

namespace perfecthash {

// What a Runtime will be made of, decided before anything is started.
struct RuntimePlan {
  struct PerNode {
    const NumaNode* place;  // of the options' topology
    int worker_count;       // 0 without threads
    std::uint64_t pool_bytes_max;
  };

  std::vector<PerNode> nodes;  // ascending by id
  std::uint64_t budget_bytes = 0;
};

// `options.topology` is set. Deals `threads_max` out to the nodes in turn, at
// least one thread to each. InvalidArgument for an unknown or repeated node,
// negative numbers, and fewer threads than nodes.
absl::StatusOr<RuntimePlan> PlanRuntime(const RuntimeOptions& options);

}  // namespace perfecthash
