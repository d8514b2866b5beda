#include "cli/backoff.h"

#include <algorithm>

namespace perfecthash {

bool Backoff::Wait() {
  if (waited_ >= limit_ || session_.IsPastDeadline()) return false;
  const std::chrono::nanoseconds pause = std::min(pause_, limit_ - waited_);
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
