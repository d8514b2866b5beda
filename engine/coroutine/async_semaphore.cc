#include "engine/coroutine/async_semaphore.h"

#include "absl/status/status.h"
#include "engine/base/check.h"

namespace perfecthash {

void SemaphoreUnits::Release() {
  if (count_ > 0) semaphore_->Give(count_, round_);
  semaphore_ = nullptr;
  count_ = 0;
}

void SemaphoreUnits::Release(std::uint64_t count) {
  CHECK(count <= count_);
  count_ -= count;
  if (count > 0) semaphore_->Give(count, round_);
}

AsyncSemaphore::AsyncSemaphore(std::uint64_t capacity) : capacity_(capacity) {}

AsyncSemaphore::~AsyncSemaphore() {
  MutexLock lock(mutex_);
  CHECK(waiters_.empty());
  CHECK(taken_ == 0 && overtaken_ == 0);
}

AsyncSemaphore::Acquisition AsyncSemaphore::Acquire(std::uint64_t count,
                                                    Executor& executor,
                                                    CancellationToken token) {
  return Acquisition(*this, count, executor, token);
}

SemaphoreUnits AsyncSemaphore::TryAcquire(std::uint64_t count) {
  std::uint64_t round = 0;
  if (!TryTake(count, round)) return {};
  return SemaphoreUnits(this, count, round);
}

void AsyncSemaphore::SetCapacity(std::uint64_t capacity) {
  ContinuationQueue ready;
  {
    MutexLock lock(mutex_);
    capacity_ = capacity;
    ready = Settle();
  }
  PostAll(ready);
}

std::uint64_t AsyncSemaphore::capacity() const {
  MutexLock lock(mutex_);
  return capacity_;
}

std::uint64_t AsyncSemaphore::available_count() const {
  MutexLock lock(mutex_);
  return Available();
}

std::size_t AsyncSemaphore::waiter_count() const {
  MutexLock lock(mutex_);
  return waiters_.size();
}

std::uint64_t AsyncSemaphore::Available() const {
  return taken_ < capacity_ ? capacity_ - taken_ : 0;
}

bool AsyncSemaphore::HeadIsBlocked() const {
  const auto& head = static_cast<const Acquisition&>(*waiters_.front());
  const std::uint64_t before = taken_ - overtaken_;
  return before >= capacity_ || head.count_ > capacity_ - before;
}

bool AsyncSemaphore::TryTakeLocked(std::uint64_t count, std::uint64_t& round) {
  if (count > Available()) return false;
  const bool overtakes = !waiters_.empty();
  if (overtakes && !HeadIsBlocked()) return false;
  taken_ += count;
  if (overtakes) overtaken_ += count;
  round = overtakes ? round_ : 0;
  return true;
}

bool AsyncSemaphore::TryTake(std::uint64_t count, std::uint64_t& round) {
  MutexLock lock(mutex_);
  return TryTakeLocked(count, round);
}

void AsyncSemaphore::Give(std::uint64_t count, std::uint64_t round) {
  ContinuationQueue ready;
  {
    MutexLock lock(mutex_);
    DCHECK(count <= taken_);
    taken_ -= count;
    if (round == round_) overtaken_ -= count;
    ready = Settle();
  }
  PostAll(ready);
}

bool AsyncSemaphore::Enqueue(Acquisition& waiter) {
  MutexLock lock(mutex_);
  // Cancelled between its registration with the source and now.
  if (waiter.state_ == Acquisition::State::kCancelled) return false;
  if (waiter.count_ > capacity_) {
    waiter.state_ = Acquisition::State::kRefused;
    return false;
  }
  if (TryTakeLocked(waiter.count_, waiter.round_)) {
    waiter.state_ = Acquisition::State::kTaken;
    return false;
  }
  waiter.state_ = Acquisition::State::kQueued;
  waiters_.PushBack(waiter);
  return true;
}

void AsyncSemaphore::Abandon(Acquisition& waiter) {
  ContinuationQueue ready;
  {
    MutexLock lock(mutex_);
    if (waiter.state_ == Acquisition::State::kTaken ||
        waiter.state_ == Acquisition::State::kRefused) {
      return;
    }
    const bool queued = waiter.state_ == Acquisition::State::kQueued;
    waiter.state_ = Acquisition::State::kCancelled;
    if (!queued) return;
    if (waiters_.front() == &waiter) NextRound();
    waiters_.Remove(waiter);
    ready = Settle();  // it may have held back smaller ones
    ready.PushBack(waiter);
  }
  PostAll(ready);
}

ContinuationQueue AsyncSemaphore::Settle() {
  ContinuationQueue settled;
  Continuation* next = waiters_.front();
  while (next != nullptr) {
    auto& waiter = static_cast<Acquisition&>(*next);
    const bool is_head = next == waiters_.front();
    next = ContinuationQueue::Next(*next);
    if (waiter.count_ > capacity_) {
      waiter.state_ = Acquisition::State::kRefused;
    } else if (waiter.count_ > Available()) {
      if (is_head && !HeadIsBlocked()) break;
      continue;
    } else {
      taken_ += waiter.count_;
      if (!is_head) overtaken_ += waiter.count_;
      waiter.round_ = is_head ? 0 : round_;
      waiter.state_ = Acquisition::State::kTaken;
    }
    if (is_head) NextRound();
    waiters_.Remove(waiter);
    settled.PushBack(waiter);
  }
  return settled;
}

// Whoever has units now was there before the next head's turn.
void AsyncSemaphore::NextRound() {
  ++round_;
  overtaken_ = 0;
}

void AsyncSemaphore::PostAll(ContinuationQueue& ready) {
  while (Continuation* continuation = ready.PopFront()) {
    static_cast<Acquisition&>(*continuation).executor_.Post(*continuation);
  }
}

bool AsyncSemaphore::Acquisition::await_ready() {
  if (token_.cancelled()) {
    state_ = State::kCancelled;
    return true;
  }
  if (!semaphore_.TryTake(count_, round_)) return false;
  state_ = State::kTaken;
  return true;
}

bool AsyncSemaphore::Acquisition::await_suspend(
    std::coroutine_handle<> caller) {
  handle = caller;
  CancellationSource* const source = token_.source();
  if (source != nullptr && !source->Watch(*this)) {
    state_ = State::kCancelled;
    return false;
  }
  // Once queued it may resume elsewhere: nothing may be touched after this.
  return semaphore_.Enqueue(*this);
}

absl::StatusOr<SemaphoreUnits> AsyncSemaphore::Acquisition::await_resume() {
  if (token_.source() != nullptr) token_.source()->Unwatch(*this);
  if (state_ == State::kCancelled) {
    return absl::CancelledError("cancelled while waiting for its turn");
  }
  if (state_ == State::kRefused) {
    return absl::ResourceExhaustedError("asks for more than there is at all");
  }
  return SemaphoreUnits(&semaphore_, count_, round_);
}

void AsyncSemaphore::Acquisition::OnCancelled() { semaphore_.Abandon(*this); }

}  // namespace perfecthash
