#include "engine/memory/memory_budget.h"

#include "absl/strings/str_cat.h"
#include "engine/base/check.h"
#include "engine/base/status_macros.h"
#include "engine/base/tracepoint.h"

namespace perfecthash {

Reservation& Reservation::operator=(Reservation&& other) noexcept {
  if (this == &other) return *this;
  ShrinkTo(0);
  budget_ = std::exchange(other.budget_, nullptr);
  units_ = std::move(other.units_);
  waited_ = other.waited_;
  return *this;
}

void Reservation::ShrinkTo(std::uint64_t bytes) {
  CHECK(bytes <= units_.count());
  const std::uint64_t returned = units_.count() - bytes;
  if (returned == 0) return;
  // Before the units are free again, so that the counter never exceeds the
  // capacity.
  budget_->reserved_bytes_.fetch_sub(returned, std::memory_order_relaxed);
  units_.Release(returned);
}

absl::Status MemoryBudget::TooMuch(std::uint64_t bytes) const {
  return absl::ResourceExhaustedError(absl::StrCat(
      "needs ", bytes,
      " bytes of memory at once, and the limit of all work together is ",
      capacity_bytes(), " (raise the memory limit)"));
}

Task<absl::StatusOr<Reservation>> MemoryBudget::Reserve(
    std::uint64_t bytes, Executor& executor, CancellationToken token) {
  if (bytes > capacity_bytes()) co_return TooMuch(bytes);
  if (token.cancelled()) {
    co_return absl::CancelledError("cancelled before memory was reserved");
  }
  if (bytes == 0) co_return Reservation();
  SemaphoreUnits units = semaphore_.TryAcquire(bytes);
  const bool waits = units.count() == 0;
  if (waits) {
    const std::uint64_t wait = waits_.fetch_add(1, std::memory_order_relaxed);
    TraceMemoryWaitBegin(this, wait, bytes);
    auto waited = co_await semaphore_.Acquire(bytes, executor, token);
    TraceMemoryWaitEnd(this, wait, waited.ok());
    if (absl::IsResourceExhausted(waited.status())) co_return TooMuch(bytes);
    CO_ASSIGN_OR_RETURN(units, std::move(waited));
  }
  CountReserved(bytes);
  co_return Reservation(*this, std::move(units), waits);
}

void MemoryBudget::CountReserved(std::uint64_t bytes) {
  const std::uint64_t reserved =
      reserved_bytes_.fetch_add(bytes, std::memory_order_relaxed) + bytes;
  std::uint64_t highest = reserved_bytes_max_.load(std::memory_order_relaxed);
  while (reserved > highest &&
         !reserved_bytes_max_.compare_exchange_weak(
             highest, reserved, std::memory_order_relaxed)) {
  }
}

MemoryBudgetStats MemoryBudget::Stats() const {
  return {
      .capacity_bytes = capacity_bytes(),
      .reserved_bytes = reserved_bytes_.load(std::memory_order_relaxed),
      .reserved_bytes_max = reserved_bytes_max_.load(std::memory_order_relaxed),
      .waits = waits_.load(std::memory_order_relaxed)};
}

}  // namespace perfecthash
