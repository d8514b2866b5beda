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
        count_(std::exchange(other.count_, 0)) {}
  SemaphoreUnits& operator=(SemaphoreUnits&& other) noexcept {
    std::swap(semaphore_, other.semaphore_);
    std::swap(count_, other.count_);
    return *this;
  }
  ~SemaphoreUnits() { Release(); }

  std::uint64_t count() const { return count_; }
  void Release();
  // Gives back some of them; more than it holds is a bug.
  void Release(std::uint64_t count);

 private:
  friend class AsyncSemaphore;
  SemaphoreUnits(AsyncSemaphore* semaphore, std::uint64_t count)
      : semaphore_(semaphore), count_(count) {}

  AsyncSemaphore* semaphore_ = nullptr;
  std::uint64_t count_ = 0;
};

// Units that coroutines acquire by the number and wait for in the order of
// their arrival: table slots, or the bytes of a memory budget. A large request
// at the head holds back the small ones behind it, so nobody starves. A waiter
// that gets its units is posted to its own executor; nothing resumes inside
// Release. Outlives its waiters and units. Thread-safe.
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

  // An awaitable of StatusOr<SemaphoreUnits>. Asking for more than the capacity
  // is a bug. Resumes on `executor`, or goes on at once when units are free and
  // nobody waits. Cancelled when `token` is cancelled first; then nothing was
  // taken.
  Acquisition Acquire(std::uint64_t count, Executor& executor,
                      CancellationToken token = {});

  // Empty (count() == 0) when it would have to wait.
  SemaphoreUnits TryAcquire(std::uint64_t count);

  std::uint64_t capacity() const { return capacity_; }
  // Of the moment.
  std::uint64_t available_count() const;
  std::size_t waiter_count() const;

 private:
  friend class SemaphoreUnits;

  bool TryTake(std::uint64_t count);
  void Give(std::uint64_t count);
  // False when the units were free and are taken now.
  bool Enqueue(Acquisition& waiter);
  // Its wait was cancelled: unless it has its units already, it ends without.
  void Abandon(Acquisition& waiter);
  // Removes those at the head that can have their units; they are posted once
  // the lock is released.
  ContinuationQueue TakeSatisfied() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  static void PostAll(ContinuationQueue& ready);

  const std::uint64_t capacity_;
  mutable Mutex mutex_;
  std::uint64_t available_ ABSL_GUARDED_BY(mutex_);
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
  enum class State { kStarted, kQueued, kTaken, kCancelled };

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
  State state_ = State::kStarted;  // by the semaphore's lock while queued
};

}  // namespace perfecthash
