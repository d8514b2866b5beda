#pragma once

namespace perfecthash {

// A worker's place: the index of its node in Runtime::nodes() and its own
// index within the node, both from 0. A stable key for scratch memory that
// each worker keeps for itself.
struct WorkerId {
  int node_index = -1;
  int worker_index = -1;

  bool valid() const { return node_index >= 0; }
  friend bool operator==(const WorkerId&, const WorkerId&) = default;
};

// The worker that runs the calling code; not valid on other threads. Ask again
// after each co_await: the task may have resumed on another worker.
WorkerId CurrentWorker();

// Makes the calling thread a worker for the time of a scope.
class ScopedWorkerId {
 public:
  explicit ScopedWorkerId(WorkerId id);
  ~ScopedWorkerId();
  ScopedWorkerId(const ScopedWorkerId&) = delete;
  ScopedWorkerId& operator=(const ScopedWorkerId&) = delete;

 private:
  const WorkerId previous_;
};

}  // namespace perfecthash
