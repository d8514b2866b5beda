#pragma once

#include <optional>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "engine/base/mutex.h"
#include "engine/coroutine/detached_task.h"
#include "engine/coroutine/task.h"

namespace perfecthash {

namespace sync_wait_internal {

class Finished {
 public:
  // Notifies with the lock held: the waiter destroys this right after.
  void Set() {
    MutexLock lock(mutex_);
    set_ = true;
    condition_.NotifyOne();
  }
  void Wait() {
    MutexLock lock(mutex_);
    while (!set_) condition_.Wait(mutex_);
  }

 private:
  Mutex mutex_;
  Condition condition_;
  bool set_ ABSL_GUARDED_BY(mutex_) = false;
};

inline DetachedTask Run(Task<> task, Finished& finished) {
  co_await std::move(task);
  finished.Set();
}

template <typename T>
Task<> Store(Task<T> task, std::optional<T>& result) {
  result.emplace(co_await std::move(task));
}

}  // namespace sync_wait_internal

// Starts the task on this thread and blocks until it ends. For main() and tests
// only: never on a worker, which the task may need.
inline void SyncWait(Task<> task) {
  sync_wait_internal::Finished finished;
  sync_wait_internal::Run(std::move(task), finished);
  finished.Wait();
}

template <typename T>
T SyncWait(Task<T> task) {
  std::optional<T> result;
  SyncWait(sync_wait_internal::Store(std::move(task), result));
  return *std::move(result);
}

}  // namespace perfecthash
