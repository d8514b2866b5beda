#include "engine/io/sleepers.h"

namespace perfecthash {

std::chrono::steady_clock::time_point DeadlineAfter(
    std::chrono::nanoseconds timeout) {
  using TimePoint = std::chrono::steady_clock::time_point;
  const TimePoint now = std::chrono::steady_clock::now();
  return timeout < TimePoint::max() - now ? now + timeout : TimePoint::max();
}

void Sleepers::Sleep(Mutex& mutex,
                     std::chrono::steady_clock::time_point deadline) {
  Sleeper sleeper;
  sleepers_.PushFront(sleeper);
  while (!sleeper.woken) {
    if (sleeper.condition.WaitUntil(mutex, deadline) || sleeper.woken) continue;
    sleepers_.Remove(sleeper);
    return;
  }
}

bool Sleepers::WakeOne() {
  Sleeper* const sleeper = sleepers_.PopFront();
  if (sleeper == nullptr) return false;
  sleeper->woken = true;
  sleeper->condition.NotifyOne();  // under the lock, so it is still there
  return true;
}

void Sleepers::WakeAll() {
  while (WakeOne()) {
  }
}

}  // namespace perfecthash
