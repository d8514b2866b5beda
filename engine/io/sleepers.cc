#include "engine/io/sleepers.h"

#include "engine/base/check.h"

namespace perfecthash {

std::chrono::steady_clock::time_point DeadlineAfter(
    std::chrono::nanoseconds timeout) {
  using TimePoint = std::chrono::steady_clock::time_point;
  const TimePoint now = std::chrono::steady_clock::now();
  return timeout < TimePoint::max() - now ? now + timeout : TimePoint::max();
}

std::chrono::milliseconds TimeLeft(
    std::chrono::steady_clock::time_point deadline) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point now = Clock::now();
  if (deadline <= now) return std::chrono::milliseconds(0);
  return std::chrono::ceil<std::chrono::milliseconds>(deadline - now);
}

Sleepers::Wake::~Wake() {
  if (sleeper_ != nullptr) sleeper_->condition.NotifyOne();
}

Sleepers::Sleepers() = default;
Sleepers::~Sleepers() { CHECK(empty()); }

Sleepers::Sleeper& Sleepers::TakeIdle() {
  if (idle_.empty()) {
    all_.push_back(std::make_unique<Sleeper>());
    return *all_.back();
  }
  Sleeper& sleeper = *idle_.back();
  idle_.pop_back();
  return sleeper;
}

bool Sleepers::Sleep(Mutex& mutex,
                     std::chrono::steady_clock::time_point deadline) {
  Sleeper& sleeper = TakeIdle();
  sleeper.woken = false;
  sleeping_.PushFront(sleeper);
  bool in_time = true;
  while (!sleeper.woken && in_time) {
    in_time = sleeper.condition.WaitUntil(mutex, deadline);
  }
  if (!sleeper.woken) sleeping_.Remove(sleeper);
  idle_.push_back(&sleeper);
  return sleeper.woken;
}

bool Sleepers::WakeOne(Wake& wake) {
  CHECK(wake.sleeper_ == nullptr);
  wake.sleeper_ = sleeping_.PopFront();
  if (wake.sleeper_ == nullptr) return false;
  wake.sleeper_->woken = true;
  return true;
}

void Sleepers::WakeAll() {
  while (Sleeper* const sleeper = sleeping_.PopFront()) {
    sleeper->woken = true;
    sleeper->condition.NotifyOne();
  }
}

}  // namespace perfecthash
