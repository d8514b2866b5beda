#include "engine/coroutine/async_semaphore.h"

#include "absl/status/status.h"
#include "engine/base/check.h"

namespace perfecthash {

void SemaphoreUnits::Release() {
  if (count_ > 0) semaphore_->Give(count_);
  semaphore_ = nullptr;
  count_ = 0;
}

void SemaphoreUnits::Release(std::uint64_t count) {
  CHECK(count <= count_);
  count_ -= count;
  if (count > 0) semaphore_->Give(count);
}

AsyncSemaphore::AsyncSemaphore(std::uint64_t capacity)
    : capacity_(capacity), available_(capacity) {}

AsyncSemaphore::~AsyncSemaphore() {
  MutexLock lock(mutex_);
  CHECK(waiters_.empty());
  CHECK(available_ == capacity_);
}

AsyncSemaphore::Acquisition AsyncSemaphore::Acquire(std::uint64_t count,
                                                    Executor& executor,
                                                    CancellationToken token) {
  CHECK(count <= capacity_);
  return Acquisition(*this, count, executor, token);
}

SemaphoreUnits AsyncSemaphore::TryAcquire(std::uint64_t count) {
  if (!TryTake(count)) return {};
  return SemaphoreUnits(this, count);
}

std::uint64_t AsyncSemaphore::available_count() const {
  MutexLock lock(mutex_);
  return available_;
}

std::size_t AsyncSemaphore::waiter_count() const {
  MutexLock lock(mutex_);
  return waiters_.size();
}

bool AsyncSemaphore::TryTake(std::uint64_t count) {
  MutexLock lock(mutex_);
  if (!waiters_.empty() || available_ < count) return false;
  available_ -= count;
  return true;
}

void AsyncSemaphore::Give(std::uint64_t count) {
  ContinuationQueue satisfied;
  {
    MutexLock lock(mutex_);
    available_ += count;
    DCHECK(available_ <= capacity_);
    satisfied = TakeSatisfied();
  }
  PostAll(satisfied);
}

bool AsyncSemaphore::Enqueue(Acquisition& waiter) {
  MutexLock lock(mutex_);
  // Cancelled between its registration with the source and now.
  if (waiter.state_ == Acquisition::State::kCancelled) return false;
  if (waiters_.empty() && available_ >= waiter.count_) {
    available_ -= waiter.count_;
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
    if (waiter.state_ == Acquisition::State::kTaken) return;
    const bool queued = waiter.state_ == Acquisition::State::kQueued;
    waiter.state_ = Acquisition::State::kCancelled;
    if (!queued) return;
    waiters_.Remove(waiter);
    ready = TakeSatisfied();  // it may have held back smaller ones
    ready.PushBack(waiter);
  }
  PostAll(ready);
}

ContinuationQueue AsyncSemaphore::TakeSatisfied() {
  ContinuationQueue satisfied;
  while (Continuation* front = waiters_.front()) {
    auto& waiter = static_cast<Acquisition&>(*front);
    if (available_ < waiter.count_) break;
    available_ -= waiter.count_;
    waiter.state_ = Acquisition::State::kTaken;
    waiters_.Remove(waiter);
    satisfied.PushBack(waiter);
  }
  return satisfied;
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
  if (!semaphore_.TryTake(count_)) return false;
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
  return SemaphoreUnits(&semaphore_, count_);
}

void AsyncSemaphore::Acquisition::OnCancelled() { semaphore_.Abandon(*this); }

}  // namespace perfecthash
