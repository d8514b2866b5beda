#pragma once

#include <array>
#include <cstdint>

namespace perfecthash {

// One block of Philox4x32-10, the counter-based generator of J. Salmon et al.,
// "Parallel random numbers: as easy as 1, 2, 3", SC 2011: a bijection of
// 128-bit counters, picked by a 64-bit key.
std::array<std::uint32_t, 4> Philox4x32(std::array<std::uint32_t, 4> counter,
                                        std::array<std::uint32_t, 2> key);

// The random numbers of one attempt: Philox with the stream's seed as key and
// the attempt's number as the upper half of the counter, so that any attempt
// can be reached without those before it. Zeros are left out: a multiplier of
// 0 can solve nothing.
class SeedStream {
 public:
  SeedStream(std::uint64_t seed, std::uint64_t attempt);

  std::uint32_t Next();  // not 0

 private:
  std::uint32_t NextOutput();

  std::array<std::uint32_t, 4> counter_;
  std::array<std::uint32_t, 2> key_;
  std::array<std::uint32_t, 4> outputs_;
  int used_ = 4;
};

}  // namespace perfecthash
