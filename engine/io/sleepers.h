#pragma once

#include <chrono>

#include "absl/base/thread_annotations.h"
#include "engine/base/intrusive_queue.h"
#include "engine/base/mutex.h"

namespace perfecthash {

// The moment `timeout` from now; the end of time for very long ones.
std::chrono::steady_clock::time_point DeadlineAfter(
    std::chrono::nanoseconds timeout);

// Threads that sleep until one of them is woken, the last to fall asleep first:
// its caches are still warm. Every wake reaches exactly one sleeper, so none is
// lost or spent twice. All calls are made with the owner's mutex held.
class Sleepers {
 public:
  bool empty() const { return sleepers_.empty(); }

  // Until it is woken or `deadline` passes.
  void Sleep(Mutex& mutex, std::chrono::steady_clock::time_point deadline)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);

  // False when nobody sleeps.
  bool WakeOne();
  void WakeAll();

 private:
  struct Sleeper {
    Condition condition;
    bool woken = false;
    IntrusiveLink<Sleeper> link;
  };

  IntrusiveQueue<Sleeper, &Sleeper::link> sleepers_;
};

}  // namespace perfecthash
