#pragma once

#include <atomic>

namespace perfecthash {

// Whether an attempt is to be given up; asked every few hundred keys, and so
// cheap. What it depends on, a flag or a clock, the mathematics does not know.
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

}  // namespace perfecthash
