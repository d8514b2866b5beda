#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

#include "absl/status/statusor.h"
#include "engine/coroutine/async_semaphore.h"
#include "engine/coroutine/cancellation.h"
#include "engine/coroutine/executor.h"
#include "engine/coroutine/task.h"

namespace perfecthash {

class MemoryBudget;

// Bytes of a MemoryBudget, which it outlives; given back when this dies.
// Move-only. Used by one thread at a time.
class [[nodiscard]] Reservation {
 public:
  Reservation() = default;
  Reservation(Reservation&& other) noexcept { *this = std::move(other); }
  Reservation& operator=(Reservation&& other) noexcept;
  ~Reservation() { ShrinkTo(0); }

  std::uint64_t bytes() const { return units_.count(); }
  // Whether it stood in line for them.
  bool waited() const { return waited_; }
  // Gives back all but `bytes`; more than it holds is a bug.
  void ShrinkTo(std::uint64_t bytes);

 private:
  friend class MemoryBudget;
  Reservation(MemoryBudget& budget, SemaphoreUnits units, bool waited)
      : budget_(&budget), units_(std::move(units)), waited_(waited) {}

  MemoryBudget* budget_ = nullptr;
  SemaphoreUnits units_;
  bool waited_ = false;
};

struct MemoryBudgetStats {
  std::uint64_t capacity_bytes = 0;
  std::uint64_t reserved_bytes = 0;
  std::uint64_t reserved_bytes_max = 0;
  std::uint64_t waits = 0;  // reservations that were not served at once
};

// The memory that all tasks of all nodes may use together. A task reserves
// before it takes buffers; when the budget is spent it waits its turn, in the
// order of arrival; but what fits overtakes a large request that could not be
// served anyway (AsyncSemaphore says how long at most).
//
// The rule that keeps this free of deadlock: a task reserves all it will need
// in one request, before it starts, and while it holds a reservation it never
// asks for a second one. It may give back early what it no longer needs.
// Thread-safe. Outlives its reservations.
class MemoryBudget {
 public:
  explicit MemoryBudget(std::uint64_t capacity_bytes)
      : semaphore_(capacity_bytes) {}

  // Resumes on `executor`, or goes on at once when the bytes are free and
  // it need not wait its turn. ResourceExhausted for more than the whole
  // budget, at once or when that is lowered so far; Cancelled when `token` is
  // cancelled first, and then nothing is held.
  Task<absl::StatusOr<Reservation>> Reserve(std::uint64_t bytes,
                                            Executor& executor,
                                            CancellationToken token = {});

  // What is reserved stays so, even where it is more than this.
  void SetCapacity(std::uint64_t bytes) { semaphore_.SetCapacity(bytes); }

  std::uint64_t capacity_bytes() const { return semaphore_.capacity(); }
  MemoryBudgetStats Stats() const;

 private:
  friend class Reservation;

  absl::Status TooMuch(std::uint64_t bytes) const;
  void CountReserved(std::uint64_t bytes);

  AsyncSemaphore semaphore_;
  // Relaxed counters: they inform people and order nothing.
  std::atomic<std::uint64_t> reserved_bytes_{0};
  std::atomic<std::uint64_t> reserved_bytes_max_{0};
  std::atomic<std::uint64_t> waits_{0};
};

}  // namespace perfecthash
