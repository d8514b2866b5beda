#pragma once

#include <cstdint>

namespace perfecthash {

// How 64-bit keys become 32-bit ones: the bits that differ among the keys of a
// set are gathered into the low bits (x86's PEXT) if they are at most 32, the
// others are the same in every key. Gathering keeps the keys' order. 32-bit
// keys pass unchanged, and so do 64-bit keys that differ in more bits: these
// are wide and not packed at all. A value.
struct KeyPacking {
  std::uint64_t mask = 0xffffffff;  // the bits that are kept
  std::uint64_t constant_bits = 0;  // of every key, outside of `mask`

  bool is_identity() const { return mask == 0xffffffff; }
  bool is_wide() const { return mask == kWideMask; }

  static constexpr std::uint64_t kWideMask = ~std::uint64_t{0};

  // What a hash function takes: 32 bits unless the keys are wide. Any key, also
  // one of no set: its other bits are not looked at.
  std::uint64_t Pack(std::uint64_t key) const;
  // The key of the set that `packed` stands for.
  std::uint64_t Unpack(std::uint64_t packed) const;

  friend bool operator==(const KeyPacking&, const KeyPacking&) = default;
};

}  // namespace perfecthash
