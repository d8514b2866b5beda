#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/job/item_order.h"
#include "engine/pipeline/table_request.h"

namespace perfecthash {

// Limits of one job. Zero = the engine's own; larger values are clamped to
// those (Engine::ClampLimits shows the outcome).
struct ConcurrencyLimits {
  int tables_max = 0;   // worked on at once
  int threads_max = 0;  // solving at once, over all tables of the job
  std::uint64_t memory_bytes_max = 0;  // of the tables worked on at once
};

// Which nodes run the tables of a job.
struct NodePolicy {
  enum class Mode {
    kServerDefault,
    kRoundRobin,   // the next node in turn
    kFixed,        // the first of node_ids (empty: of all nodes)
    kAffinity,     // by key source: the same keys, the same node
    kLeastLoaded,  // the node with the fewest unfinished tables
  };
  Mode mode = Mode::kServerDefault;
  std::vector<int> node_ids = {};  // empty = all nodes
};

enum class FailurePolicy {
  kContinue,
  kStopOnFirst,  // the first failed table cancels the rest
};

struct SchedulingPolicy {
  int priority = 3;  // 1 (first) .. 5 (last)
  // Jobs with the same key share one share of the engine.
  std::string fairness_key;
  double fairness_weight = 1.0;  // 0.001 .. 1000
  // Zero = no limit. A job that has not started, or not ended, in time expires.
  std::chrono::nanoseconds queue_timeout{0};
  std::chrono::nanoseconds execution_timeout{0};
  FailurePolicy failure_policy = FailurePolicy::kContinue;
  // With node affinity each node's tables are in that order.
  ItemOrder item_order = ItemOrder::kAsGiven;
};

// A set of tables to make under one name, one set of limits and one policy.
struct JobSpec {
  std::vector<TableRequest> items;  // not empty
  ConcurrencyLimits limits;
  NodePolicy nodes;
  SchedulingPolicy scheduling;
};

}  // namespace perfecthash
