#pragma once

#include <chrono>
#include <memory>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "engine/base/intrusive_queue.h"
#include "engine/base/mutex.h"

namespace perfecthash {

// The moment `timeout` from now; the end of time for very long ones.
std::chrono::steady_clock::time_point DeadlineAfter(
    std::chrono::nanoseconds timeout);

// From now until `deadline`, rounded up, so that nobody comes back early only
// to sleep again; 0 when it has passed.
std::chrono::milliseconds TimeLeft(
    std::chrono::steady_clock::time_point deadline);

// Threads that sleep until one of them is woken, the last to fall asleep first:
// its caches are still warm. Every wake reaches exactly one sleeper, so none is
// lost or spent twice. All calls are made with the owner's mutex held.
class Sleepers {
  struct Sleeper;

 public:
  // A sleeper that was chosen under the mutex. It is woken when this dies: put
  // it before the lock, so that the sleeper finds the mutex free, which it
  // needs at once. Dies before the Sleepers.
  class Wake {
   public:
    Wake() = default;
    Wake(const Wake&) = delete;
    Wake& operator=(const Wake&) = delete;
    ~Wake();

   private:
    friend class Sleepers;
    Sleeper* sleeper_ = nullptr;
  };

  Sleepers();
  ~Sleepers();

  bool empty() const { return sleeping_.empty(); }

  // True when it was woken, false when `deadline` passed first.
  bool Sleep(Mutex& mutex, std::chrono::steady_clock::time_point deadline)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);

  // False when nobody sleeps. One sleeper for each `wake`.
  bool WakeOne(Wake& wake);
  void WakeAll();

 private:
  struct Sleeper {
    Condition condition;
    bool woken = false;
    IntrusiveLink<Sleeper> link;
  };

  Sleeper& TakeIdle();

  IntrusiveQueue<Sleeper, &Sleeper::link> sleeping_;
  // All of them stay as long as this. When a sleeper is up before its Wake
  // dies, the late notice finds at worst its next user, who looks and sleeps
  // on.
  std::vector<std::unique_ptr<Sleeper>> all_;
  std::vector<Sleeper*> idle_;
};

}  // namespace perfecthash
