#pragma once

#include <cstdint>

#include "engine/perfect_hash/hash_function.h"

namespace perfecthash {

// Where the seeds of an attempt come from. A value.
struct SeedRule {
  std::uint64_t seed = 0;  // of the attempt sequence
  // If its count is not 0: those that are not 0 are taken as they are, in every
  // attempt; those that are 0 are drawn.
  Seeds fixed = {};
  // Besides the function's own masks; all bits set where there is none.
  std::array<std::uint32_t, kSeedCountMax> masks = NoMasks();

  static constexpr std::array<std::uint32_t, kSeedCountMax> NoMasks() {
    std::array<std::uint32_t, kSeedCountMax> masks = {};
    masks.fill(0xffffffff);
    return masks;
  }

  // Whether every attempt would have the same seeds.
  bool is_fixed() const;
};

// With a bit for each seed that is 0, since 0 given back as a fixed seed asks
// for a drawn one. It is the lowest that the function does not look at. A
// multiplier, all of whose bits count, is left as it is: 0 solves nothing.
Seeds WithoutZeros(const HashFunction& function, Seeds seeds);

// The seeds of an attempt: outputs of the attempt's subsequence of Philox, made
// odd where the function wants it, each with its mask, but for the fixed ones;
// without zeros.
Seeds DrawSeeds(const HashFunction& function, const SeedRule& rule,
                std::uint64_t attempt);

}  // namespace perfecthash
