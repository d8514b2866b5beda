#include "engine/runtime/runtime_plan.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/base/status_macros.h"
#include "engine/numa/memory_limit.h"

namespace perfecthash {
namespace {

std::string IdsOf(const Topology& topology) {
  return absl::StrJoin(topology.nodes(), ", ",
                       [](std::string* out, const NumaNode& node) {
                         absl::StrAppend(out, node.id);
                       });
}

absl::StatusOr<std::vector<const NumaNode*>> SelectNodes(
    const RuntimeOptions& options) {
  const Topology& topology = *options.topology;
  std::vector<const NumaNode*> places;
  if (options.node_ids.empty()) {
    for (const NumaNode& node : topology.nodes()) places.push_back(&node);
    return places;
  }
  std::vector<int> ids = options.node_ids;
  std::sort(ids.begin(), ids.end());
  if (std::adjacent_find(ids.begin(), ids.end()) != ids.end()) {
    return absl::InvalidArgumentError("a NUMA node is named twice");
  }
  for (const int id : ids) {
    const NumaNode* const place = topology.FindNode(id);
    if (place == nullptr) {
      return absl::InvalidArgumentError(absl::StrCat(
          "there is no NUMA node ", id, "; there are: ", IdsOf(topology)));
    }
    places.push_back(place);
  }
  return places;
}

absl::Status CheckNumbers(const RuntimeOptions& options,
                          std::size_t node_count) {
  if (options.threads_per_node < 0 || options.threads_max < 0) {
    return absl::InvalidArgumentError(
        "a number of threads cannot be negative (0 means no limit)");
  }
  if (options.threads_max > 0 &&
      static_cast<std::size_t>(options.threads_max) < node_count) {
    return absl::InvalidArgumentError(
        absl::StrCat("each NUMA node needs a thread: ", options.threads_max,
                     " in all are too few for ", node_count,
                     " nodes (allow more threads, or select fewer nodes)"));
  }
  return absl::OkStatus();
}

void DealOutWorkers(const RuntimeOptions& options, RuntimePlan& plan) {
  int remaining = options.threads_max > 0 ? options.threads_max : INT32_MAX;
  for (bool dealt = true; dealt && remaining > 0;) {
    dealt = false;
    for (RuntimePlan::PerNode& node : plan.nodes) {
      const int wanted = options.threads_per_node > 0
                             ? options.threads_per_node
                             : static_cast<int>(node.place->cpus.size());
      if (remaining == 0 || node.worker_count == wanted) continue;
      ++node.worker_count;
      --remaining;
      dealt = true;
    }
  }
}

}  // namespace

absl::StatusOr<RuntimePlan> PlanRuntime(const RuntimeOptions& options) {
  ASSIGN_OR_RETURN(const std::vector<const NumaNode*> places,
                   SelectNodes(options));
  RETURN_IF_ERROR(CheckNumbers(options, places.size()));
  RuntimePlan plan;
  plan.budget_bytes = options.memory_bytes_max > 0 ? options.memory_bytes_max
                                                   : MemoryLimitBytes() / 2;
  for (const NumaNode* const place : places) {
    plan.nodes.push_back({.place = place,
                          .worker_count = 0,
                          .pool_bytes_max = plan.budget_bytes / places.size()});
  }
  if (options.threads == RuntimeOptions::Threads::kOwn) {
    DealOutWorkers(options, plan);
  }
  return plan;
}

}  // namespace perfecthash
