#pragma once

#include "engine/coroutine/executor.h"

namespace perfecthash {

// Keeps what is posted until the test runs it. Used by one thread.
class QueueExecutor : public Executor {
 public:
  void Post(Continuation& continuation) override {
    queue_.PushBack(continuation);
  }

  std::size_t size() const { return queue_.size(); }
  // Resumes the oldest; false when there is none.
  bool RunOne() {
    Continuation* const continuation = queue_.PopFront();
    if (continuation == nullptr) return false;
    continuation->handle.resume();
    return true;
  }
  void RunAll() {
    while (RunOne()) {
    }
  }

 private:
  ContinuationQueue queue_;
};

}  // namespace perfecthash
