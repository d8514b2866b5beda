#pragma once

#include <array>
#include <cstdint>

#include "absl/types/span.h"

namespace perfecthash {

// Draws a byte whose values are not all as likely: how far to shift or rotate,
// where some amounts are known to solve more often than others. A value.
class ByteChoice {
 public:
  static constexpr int kValueCountMax = 64;  // no shift is longer

  // Draws nothing.
  ByteChoice() = default;
  // Value v is drawn counts[v] times out of the sum of all, which is less than
  // 2^32 and not 0.
  explicit ByteChoice(absl::Span<const std::uint32_t> counts);

  bool is_empty() const { return sum() == 0; }
  // The value that an evenly distributed number stands for.
  std::uint32_t Choose(std::uint32_t drawn) const;

  friend bool operator==(const ByteChoice&, const ByteChoice&) = default;

 private:
  std::uint32_t sum() const { return sums_.back(); }

  std::array<std::uint32_t, kValueCountMax> sums_ = {};  // up to each value
};

}  // namespace perfecthash
