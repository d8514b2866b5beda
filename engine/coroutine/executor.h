#pragma once

#include <coroutine>

#include "engine/base/intrusive_queue.h"

namespace perfecthash {

// A suspended coroutine on its way back to a worker. It is embedded in the
// awaiting coroutine's frame, so that handing it over allocates nothing; it
// must stay in place until it is resumed.
struct Continuation {
  std::coroutine_handle<> handle;
  IntrusiveLink<Continuation> link;
};

using ContinuationQueue = IntrusiveQueue<Continuation, &Continuation::link>;

// Where coroutines resume. A completion port is one: a continuation posted to
// it resumes on a worker of that port's node. Thread-safe.
class Executor {
 public:
  virtual ~Executor() = default;

  // Hands the continuation over; it is resumed exactly once, later, by a
  // worker. Never resumes anything inside the call, so it may be called with
  // locks held. The caller may not touch `continuation` afterwards.
  virtual void Post(Continuation& continuation) = 0;
};

// `co_await ResumeOn(executor)` continues on a worker of `executor`, behind
// what is queued there: how a long computation gives way, and the one way for a
// task to move to another node.
class [[nodiscard]] ResumeOn : private Continuation {
 public:
  explicit ResumeOn(Executor& executor) : executor_(executor) {}

  bool await_ready() const { return false; }
  void await_suspend(std::coroutine_handle<> caller) {
    handle = caller;
    executor_.Post(*this);
  }
  void await_resume() const {}

 private:
  Executor& executor_;
};

}  // namespace perfecthash
