#pragma once

#include <cstdint>
#include <limits>

#include "engine/perfect_hash/stop_check.h"

namespace perfecthash {

// Counts how often it was asked, and stops at a given look. Used by one thread.
class CountingStop final : public StopCheck {
 public:
  // Never stops.
  CountingStop() = default;
  explicit CountingStop(std::uint64_t stopping_look)
      : stopping_look_(stopping_look) {}

  bool IsStopped() const override { return ++looks_ >= stopping_look_; }
  std::uint64_t looks() const { return looks_; }

 private:
  const std::uint64_t stopping_look_ =
      std::numeric_limits<std::uint64_t>::max();
  mutable std::uint64_t looks_ = 0;
};

}  // namespace perfecthash
