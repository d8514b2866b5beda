#include "engine/perfect_hash/byte_choice.h"

#include <algorithm>

namespace perfecthash {

ByteChoice::ByteChoice(absl::Span<const std::uint32_t> counts) {
  std::uint32_t sum = 0;
  for (std::size_t value = 0; value < sums_.size(); ++value) {
    if (value < counts.size()) sum += counts[value];
    sums_[value] = sum;
  }
}

std::uint32_t ByteChoice::Choose(std::uint32_t drawn) const {
  const std::uint64_t place = std::uint64_t{drawn} * sum() >> 32;
  return static_cast<std::uint32_t>(
      std::upper_bound(sums_.begin(), sums_.end(), place) - sums_.begin());
}

}  // namespace perfecthash
