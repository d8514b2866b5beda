#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "engine/job/job_queue.h"

namespace perfecthash {

// What differs between the jobs of the queue's tests.
struct TestJob {
  int items = 1;
  int priority = 3;
  std::string key = {};
  double weight = 1.0;
  int tables_max = 1'000'000;
  std::chrono::nanoseconds queue_timeout{0};
  std::chrono::nanoseconds execution_timeout{0};
  NodeSet nodes = NodeSet::FirstN(1);
};

inline std::vector<int> Indices(int first, int count) {
  std::vector<int> indices;
  for (int i = 0; i < count; ++i) indices.push_back(first + i);
  return indices;
}

inline std::unique_ptr<QueuedJob> MakeJob(const TestJob& job) {
  QueuedJob::Options options;
  options.priority = job.priority;
  options.fairness_key = job.key;
  options.fairness_weight = job.weight;
  options.tables_max = job.tables_max;
  options.queue_timeout = job.queue_timeout;
  options.execution_timeout = job.execution_timeout;
  options.items.push_back({job.nodes, Indices(0, job.items)});
  return std::make_unique<QueuedJob>(std::move(options));
}

}  // namespace perfecthash
