#pragma once

#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "engine/base/intrusive_queue.h"
#include "engine/base/mutex.h"
#include "engine/coroutine/cancellation.h"
#include "engine/coroutine/executor.h"

namespace perfecthash {

class AsyncSemaphore;

// Units taken from an AsyncSemaphore, which it outlives; given back when this
// dies. Move-only. Used by one thread at a time.
class [[nodiscard]] SemaphoreUnits {
 public:
  SemaphoreUnits() = default;
  SemaphoreUnits(SemaphoreUnits&& other) noexcept
      : semaphore_(std::exchange(other.semaphore_, nullptr)),
        count_(std::exchange(other.count_, 0)),
        round_(other.round_) {}
  SemaphoreUnits& operator=(SemaphoreUnits&& other) noexcept {
    std::swap(semaphore_, other.semaphore_);
    std::swap(count_, other.count_);
    std::swap(round_, other.round_);
    return *this;
  }
  ~SemaphoreUnits() { Release(); }

  std::uint64_t count() const { return count_; }
  void Release();
  // Gives back some of them; more than it holds is a bug.
  void Release(std::uint64_t count);

 private:
  friend class AsyncSemaphore;
  SemaphoreUnits(AsyncSemaphore* semaphore, std::uint64_t count,
                 std::uint64_t round)
      : semaphore_(semaphore), count_(count), round_(round) {}

  AsyncSemaphore* semaphore_ = nullptr;
  std::uint64_t count_ = 0;
  std::uint64_t round_ = 0;  // in which they overtook; 0 = they did not
};

// Units that coroutines acquire by the number and wait for in the order of
// their arrival: threads, or the bytes of a memory budget. A waiter that gets
// its units is posted to its own executor; nothing resumes inside Release.
// Outlives its waiters and units. Thread-safe.
//
// Who asks for much at the head of the line does not hold back who asks for
// little while it could not be served anyway: requests that fit overtake it as
// long as those who were there before it leave too little room for it. From
// then on nobody overtakes. So the head waits at most until those before it,
// and those who had overtaken it by then, have given back; and small requests
// wait for large ones only that last part of the time. With k waiters ahead, a
// request sees at most k + 1 such rounds.
//
//   CO_ASSIGN_OR_RETURN(SemaphoreUnits units,
//                       co_await budget.Acquire(bytes, port, token));
class AsyncSemaphore {
 public:
  class Acquisition;

  explicit AsyncSemaphore(std::uint64_t capacity);
  AsyncSemaphore(const AsyncSemaphore&) = delete;
  AsyncSemaphore& operator=(const AsyncSemaphore&) = delete;
  ~AsyncSemaphore();

  // An awaitable of StatusOr<SemaphoreUnits>. Resumes on `executor`, or goes
  // on at once when the units are free and it need not wait its turn.
  // ResourceExhausted when it asks for more than the capacity, whether it had
  // to wait or not. Cancelled when `token` is cancelled first. With an error
  // nothing was taken.
  Acquisition Acquire(std::uint64_t count, Executor& executor,
                      CancellationToken token = {});

  // Empty (count() == 0) when it would have to wait.
  SemaphoreUnits TryAcquire(std::uint64_t count);

  // Takes effect at once: more may wake waiters; with less than what is taken
  // nothing is given out until enough has come back, and whoever waits for more
  // than that gets ResourceExhausted.
  void SetCapacity(std::uint64_t capacity);

  // Of the moment, all three.
  std::uint64_t capacity() const;
  std::uint64_t available_count() const;
  std::size_t waiter_count() const;

 private:
  friend class SemaphoreUnits;

  bool TryTake(std::uint64_t count, std::uint64_t& round);
  void Give(std::uint64_t count, std::uint64_t round);
  // False when it is settled at once, by its state.
  bool Enqueue(Acquisition& waiter);
  // Its wait was cancelled: unless it is settled already, it ends without.
  void Abandon(Acquisition& waiter);

  std::uint64_t Available() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Whether the head of the line could not be served even if those who
  // overtook it gave back everything.
  bool HeadIsBlocked() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool TryTakeLocked(std::uint64_t count, std::uint64_t& round)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Removes from the line whoever can be settled, in order; they are posted
  // once the lock is released.
  ContinuationQueue Settle() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void NextRound() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  static void PostAll(ContinuationQueue& ready);

  mutable Mutex mutex_;
  std::uint64_t capacity_ ABSL_GUARDED_BY(mutex_);
  std::uint64_t taken_ ABSL_GUARDED_BY(mutex_) = 0;
  // Of those, by who overtook the present head of the line.
  std::uint64_t overtaken_ ABSL_GUARDED_BY(mutex_) = 0;
  std::uint64_t round_ ABSL_GUARDED_BY(mutex_) = 1;  // one per head
  ContinuationQueue waiters_ ABSL_GUARDED_BY(mutex_);
};

// The awaitable of Acquire; lives in the awaiting coroutine's frame.
class [[nodiscard]] AsyncSemaphore::Acquisition : private Continuation,
                                                  private CancellationWatch {
 public:
  bool await_ready();
  bool await_suspend(std::coroutine_handle<> caller);
  absl::StatusOr<SemaphoreUnits> await_resume();

 private:
  friend class AsyncSemaphore;
  enum class State { kStarted, kQueued, kTaken, kCancelled, kRefused };

  Acquisition(AsyncSemaphore& semaphore, std::uint64_t count,
              Executor& executor, CancellationToken token)
      : semaphore_(semaphore),
        count_(count),
        executor_(executor),
        token_(token) {}

  void OnCancelled() override;

  AsyncSemaphore& semaphore_;
  const std::uint64_t count_;
  Executor& executor_;
  const CancellationToken token_;
  std::uint64_t round_ = 0;
  State state_ = State::kStarted;  // by the semaphore's lock while queued
};

}  // namespace perfecthash
