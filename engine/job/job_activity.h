#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/job/job_observer.h"

namespace perfecthash {

// One unfinished table that was started.
struct WorkItem {
  JobId job = 0;
  int index = 0;
  std::string name;
  std::string stage;  // "queued", "read", "memory", "solve", ...
  std::chrono::nanoseconds age{0};
  std::chrono::nanoseconds stage_age{0};
  // Since it entered a stage, made an attempt, or moved a piece of a file.
  std::chrono::nanoseconds progress_age{0};
  bool stalled = false;  // it has been so for EngineOptions::stall_after
  int node_id = 0;
  int lanes = 0;
  std::uint64_t attempts = 0;
};

// Counters that a running job adds to between its observer's calls.
struct JobActivity {
  std::uint64_t attempts = 0;
  struct PerNode {
    int node_id = 0;
    std::int64_t items_running = 0;
    std::int64_t items_done = 0;
  };
  std::vector<PerNode> nodes;
};

}  // namespace perfecthash
