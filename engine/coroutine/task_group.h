#pragma once

#include <atomic>
#include <coroutine>
#include <cstddef>
#include <utility>

#include "engine/base/check.h"
#include "engine/coroutine/detached_task.h"
#include "engine/coroutine/task.h"

namespace perfecthash {

// Tasks that one coroutine starts one by one while it works, and awaits
// together before it ends:
//
//   TaskGroup lanes;
//   while (...) lanes.Start(RunLane(race));
//   co_await lanes.Join();
//
// Used only by its owner; the tasks may end on any thread. Joined exactly once
// before it dies.
class TaskGroup {
 public:
  TaskGroup() = default;
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;
  ~TaskGroup() { CHECK(joined_); }

  // Runs the task on this thread until it first suspends.
  void Start(Task<> task) {
    // Relaxed: the owner's own unit keeps the count from reaching zero.
    remaining_.fetch_add(1, std::memory_order_relaxed);
    Run(std::move(task), *this);
  }

  class [[nodiscard]] JoinAwaiter {
   public:
    explicit JoinAwaiter(TaskGroup& group) : group_(group) {}
    bool await_ready() const { return false; }
    bool await_suspend(std::coroutine_handle<> owner) {
      group_.joined_ = true;
      group_.owner_ = owner;
      return !group_.Arrive();  // stay suspended while tasks run
    }
    void await_resume() const {}

   private:
    TaskGroup& group_;
  };

  // Resumes on the thread of the task that ended last.
  JoinAwaiter Join() { return JoinAwaiter(*this); }

 private:
  static DetachedTask Run(Task<> task, TaskGroup& group) {
    co_await std::move(task);
    if (group.Arrive()) group.owner_.resume();
  }

  // True for the last one. Release publishes what the task did, acquire lets
  // the owner see it.
  bool Arrive() {
    return remaining_.fetch_sub(1, std::memory_order_acq_rel) == 1;
  }

  std::atomic<std::size_t> remaining_{1};  // the owner's unit
  std::coroutine_handle<> owner_;
  bool joined_ = false;
};

}  // namespace perfecthash
