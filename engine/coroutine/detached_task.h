#pragma once

#include <coroutine>
#include <exception>

namespace perfecthash {

// The return type of a coroutine that starts at once and frees itself at its
// end; nobody awaits it. Only the scheduler, TaskGroup and SyncWait start tasks
// this way, and each of them counts what it started:
//
//   DetachedTask RunItem(Task<> task, Outstanding token) {
//     co_await std::move(task);
//   }
struct DetachedTask {
  struct promise_type {
    DetachedTask get_return_object() const noexcept { return {}; }
    std::suspend_never initial_suspend() const noexcept { return {}; }
    std::suspend_never final_suspend() const noexcept { return {}; }
    void return_void() const noexcept {}
    [[noreturn]] void unhandled_exception() const noexcept { std::terminate(); }
  };
};

}  // namespace perfecthash
