#pragma once

#include <atomic>
#include <coroutine>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "engine/coroutine/detached_task.h"
#include "engine/coroutine/task.h"

namespace perfecthash {

namespace when_all_internal {

// Counts the tasks that still run, plus one for the coroutine that awaits them,
// so that none of them resumes it before all have been started.
class Countdown {
 public:
  explicit Countdown(std::size_t task_count) : remaining_(task_count + 1) {}

  bool await_ready() const { return false; }
  // True (stay suspended) while tasks run; the last one resumes the caller.
  bool await_suspend(std::coroutine_handle<> caller) {
    caller_ = caller;
    return !Arrive();
  }
  void await_resume() const {}

  // True for the last one. Release publishes a task's result (and the caller's
  // handle), acquire lets the last one see all of them.
  bool Arrive() {
    return remaining_.fetch_sub(1, std::memory_order_acq_rel) == 1;
  }
  void ArriveAndResume() {
    if (Arrive()) caller_.resume();
  }

 private:
  std::atomic<std::size_t> remaining_;
  std::coroutine_handle<> caller_;
};

template <typename T>
DetachedTask Run(Task<T> task, std::optional<T>& result, Countdown& countdown) {
  result.emplace(co_await std::move(task));
  countdown.ArriveAndResume();
}

inline DetachedTask Run(Task<> task, Countdown& countdown) {
  co_await std::move(task);
  countdown.ArriveAndResume();
}

}  // namespace when_all_internal

// Starts every task on this thread, one after another, each until it first
// suspends, and ends when all have ended, on the thread of the last one. The
// results are in the order of the tasks.
template <typename T>
Task<std::vector<T>> WhenAll(std::vector<Task<T>> tasks) {
  std::vector<std::optional<T>> results(tasks.size());
  when_all_internal::Countdown countdown(tasks.size());
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    when_all_internal::Run(std::move(tasks[i]), results[i], countdown);
  }
  co_await countdown;
  std::vector<T> values;
  values.reserve(results.size());
  for (std::optional<T>& result : results) {
    values.push_back(*std::move(result));
  }
  co_return values;
}

inline Task<> WhenAll(std::vector<Task<>> tasks) {
  when_all_internal::Countdown countdown(tasks.size());
  for (Task<>& task : tasks) {
    when_all_internal::Run(std::move(task), countdown);
  }
  co_await countdown;
}

}  // namespace perfecthash
