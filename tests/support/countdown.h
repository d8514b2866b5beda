#pragma once

#include "engine/base/mutex.h"

namespace perfecthash {

// Counts down on any threads; one waits for zero. (std::latch loses wake-ups
// in the standard library that Windows programs are made with.)
class Countdown {
 public:
  explicit Countdown(int count) : count_(count) {}

  // The last one may find it destroyed right after.
  void Arrive() {
    MutexLock lock(mutex_);
    if (--count_ == 0) zero_.NotifyAll();
  }
  bool done() {
    MutexLock lock(mutex_);
    return count_ == 0;
  }
  void Wait() {
    MutexLock lock(mutex_);
    while (count_ > 0) zero_.Wait(mutex_);
  }

 private:
  Mutex mutex_;
  Condition zero_;
  int count_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace perfecthash
