#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "engine/base/mutex.h"

namespace perfecthash {

// A few threads for the work of an RPC that reads files or handles megabytes,
// which gRPC's own threads must not do. The queue is bounded: a full one is a
// refusal that the caller hears of.
// Thread-safe.
class TaskExecutor {
 public:
  struct Options {
    int thread_count = 2;
    std::size_t queued_count_max = 4096;
  };

  explicit TaskExecutor(Options options);
  ~TaskExecutor();
  TaskExecutor(const TaskExecutor&) = delete;
  TaskExecutor& operator=(const TaskExecutor&) = delete;

  // ResourceExhausted SERVER_BUSY when the queue is full, Unavailable STOPPING
  // after Stop. The task is not run then.
  absl::Status Post(std::function<void()> task);

  // Runs what is queued and ends the threads.
  void Stop();

 private:
  void Run();

  const Options options_;
  Mutex mutex_;
  Condition changed_;
  std::deque<std::function<void()>> queue_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace perfecthash
