#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>

namespace perfecthash {

// Whether what is being computed is to be given up; asked every few hundred or
// thousand keys, and so cheap. What it depends on, a flag or a clock, the
// mathematics does not know. Once true it remains so.
class StopCheck {
 public:
  virtual bool IsStopped() const = 0;

 protected:
  ~StopCheck() = default;
};

// When somebody raises a flag. The flag outlives it.
class StopByFlag final : public StopCheck {
 public:
  explicit StopByFlag(const std::atomic<bool>& flag) : flag_(flag) {}

  bool IsStopped() const override {
    // Relaxed: the flag guards no data.
    return flag_.load(std::memory_order_relaxed);
  }

 private:
  const std::atomic<bool>& flag_;
};

// Null means never.
inline bool IsStopped(const StopCheck* stop) {
  return stop != nullptr && stop->IsStopped();
}

// Calls step(begin, end) for one piece after another of 0 to `count`, and asks
// before each. False if stopped.
template <typename Step>
bool InPieces(std::size_t count, std::size_t piece_count, const StopCheck* stop,
              Step step) {
  for (std::size_t begin = 0; begin < count; begin += piece_count) {
    if (IsStopped(stop)) return false;
    step(begin, std::min(count, begin + piece_count));
  }
  return true;
}

}  // namespace perfecthash
