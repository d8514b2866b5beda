#include "cli/backoff.h"

#include <algorithm>

namespace perfecthash {

bool Backoff::Wait() {
  if (waited_ >= limit_ || session_.IsPastDeadline()) return false;
  std::chrono::nanoseconds pause = std::min(pause_, limit_ - waited_);
  if (session_.deadline().has_value()) {
    const auto left = *session_.deadline() - std::chrono::system_clock::now();
    pause = std::clamp<std::chrono::nanoseconds>(left, pause.zero(), pause);
  }
  waited_ += pause;
  pause_ =
      std::min<std::chrono::nanoseconds>(pause_ * 2, std::chrono::seconds(5));
  return !session_.interrupt().WaitFor(pause);
}

void Backoff::Reset() {
  waited_ = std::chrono::nanoseconds(0);
  pause_ = std::chrono::milliseconds(200);
}

}  // namespace perfecthash
