#pragma once

#include <array>
#include <cstdint>

#include "engine/perfect_hash/byte_choice.h"
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

  // Of seed 3 where it holds shifts and rotations, from the low end: a byte
  // that is not empty is drawn by it.
  std::array<ByteChoice, 4> seed3_bytes = {};

  static constexpr std::array<std::uint32_t, kSeedCountMax> NoMasks() {
    std::array<std::uint32_t, kSeedCountMax> masks = {};
    masks.fill(0xffffffff);
    return masks;
  }

  bool chooses_bytes() const;
  // Whether every attempt would have the same seeds.
  bool is_fixed() const;
};

// Whether both halves of a symmetric function get their seeds by the same rule,
// so that one may be drawn for the other.
bool TreatsHalvesAlike(const HashFunction& function, const SeedRule& rule);

// With a bit for each seed that is 0, since 0 given back as a fixed seed asks
// for a drawn one. It is the lowest that the function does not look at. A
// multiplier, all of whose bits count, is left as it is: 0 solves nothing.
Seeds WithoutZeros(const HashFunction& function, Seeds seeds);

// How many values byte `byte`, from 0, of seed 3 has as a shift or rotation: 0
// if it is none.
std::uint32_t ShiftCountOfSeed3(const HashFunction& function, int byte);

// The seeds of an attempt: outputs of the attempt's subsequence of Philox, made
// odd where the function wants it, each with its mask, but for the fixed ones;
// without zeros. Bytes of seed 3 that are chosen take the outputs after these.
Seeds DrawSeeds(const HashFunction& function, const SeedRule& rule,
                std::uint64_t attempt);

}  // namespace perfecthash
