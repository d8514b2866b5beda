#pragma once

#include <memory>
#include <optional>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/base/mutex.h"
#include "engine/numa/topology.h"

namespace perfecthash {

class Node;

enum class WorkerBinding {
  kCpu,   // each worker to one cpu; to its node when there are more than cpus
  kNode,  // every worker to all cpus of its node
  kNone,
};

struct WorkerOptions {
  WorkerBinding binding = WorkerBinding::kCpu;
  // How much lower than the process's the workers' priority is, in steps of
  // Unix's nice value, so that the service's own threads answer while every
  // cpu solves. 0 leaves it.
  int priority_steps = 5;
};

// What the system said to a worker's wishes: OK, or why it runs without.
struct WorkerSetup {
  absl::Status binding;
  absl::Status priority;
};

// A thread that takes completions from its node's port and resumes them, until
// the port is closed. The node outlives it.
class Worker {
 public:
  // Starts the thread; ResourceExhausted when the system gives none.
  static absl::StatusOr<std::unique_ptr<Worker>> Start(
      const Topology& topology, Node& node, int index,
      const WorkerOptions& options);

  // Joins: the port must have been closed.
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // Blocks until the thread has been bound, named and so on.
  WorkerSetup WaitForSetup();

 private:
  Worker(const Topology& topology, Node& node, int index,
         const WorkerOptions& options)
      : topology_(topology), node_(node), index_(index), options_(options) {}

  void Run();
  WorkerSetup SetUp() const;

  const Topology& topology_;
  Node& node_;
  const int index_;
  const WorkerOptions options_;
  Mutex mutex_;
  Condition set_up_;
  std::optional<WorkerSetup> setup_ ABSL_GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace perfecthash
