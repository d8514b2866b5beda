#pragma once

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

#include "engine/base/check.h"

namespace perfecthash {

template <typename T>
class Task;

namespace task_internal {

// Passes control to whoever awaits the task, without growing the stack.
struct FinalAwaiter {
  bool await_ready() const noexcept { return false; }
  template <typename Promise>
  std::coroutine_handle<> await_suspend(
      std::coroutine_handle<Promise> finished) const noexcept {
    return finished.promise().awaiting;
  }
  void await_resume() const noexcept {}
};

struct PromiseBase {
  std::suspend_always initial_suspend() const noexcept { return {}; }
  FinalAwaiter final_suspend() const noexcept { return {}; }
  // Our code throws nothing; what the standard library may throw (an allocation
  // that fails) ends the program.
  [[noreturn]] void unhandled_exception() const noexcept { std::terminate(); }

  std::coroutine_handle<> awaiting;
};

template <typename T>
struct Promise : PromiseBase {
  Task<T> get_return_object();
  template <typename U>
  void return_value(U&& result) {
    value.emplace(std::forward<U>(result));
  }
  T Take() { return *std::move(value); }

  std::optional<T> value;
};

template <>
struct Promise<void> : PromiseBase {
  Task<void> get_return_object();
  void return_void() const {}
  void Take() const {}
};

}  // namespace task_internal

// A lazy coroutine: it starts when it is awaited, once, and then resumes its
// awaiter by symmetric transfer, on whichever thread it ended. Move-only; owns
// the frame. A task that was never awaited is simply destroyed; one that is
// suspended in the middle may not be. Used by one thread at a time.
//
// A coroutine is a named function, never a capturing lambda; it takes its
// parameters by value, and references only to what outlives the job.
template <typename T = void>
class [[nodiscard]] Task {
 public:
  using promise_type = task_internal::Promise<T>;
  using Handle = std::coroutine_handle<promise_type>;

  Task(Task&& other) noexcept : frame_(std::exchange(other.frame_, nullptr)) {}
  Task& operator=(Task&& other) noexcept {
    std::swap(frame_, other.frame_);
    return *this;
  }
  ~Task() {
    if (frame_ != nullptr) frame_.destroy();
  }

  class [[nodiscard]] Awaiter {
   public:
    explicit Awaiter(Handle frame) : frame_(frame) {}
    bool await_ready() const { return false; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiting) {
      CHECK(frame_ != nullptr && frame_.promise().awaiting == nullptr);
      frame_.promise().awaiting = awaiting;
      return frame_;
    }
    T await_resume() { return frame_.promise().Take(); }

   private:
    Handle frame_;
  };

  Awaiter operator co_await() && { return Awaiter(frame_); }

 private:
  friend promise_type;
  explicit Task(Handle frame) : frame_(frame) {}

  Handle frame_;
};

namespace task_internal {

template <typename T>
Task<T> Promise<T>::get_return_object() {
  return Task<T>(std::coroutine_handle<Promise<T>>::from_promise(*this));
}

inline Task<void> Promise<void>::get_return_object() {
  return Task<void>(std::coroutine_handle<Promise<void>>::from_promise(*this));
}

}  // namespace task_internal

}  // namespace perfecthash
