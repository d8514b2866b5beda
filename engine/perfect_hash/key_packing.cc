#include "engine/perfect_hash/key_packing.h"

namespace perfecthash {

std::uint64_t KeyPacking::Pack(std::uint64_t key) const {
  if (is_wide()) return key;
  if (is_identity()) return static_cast<std::uint32_t>(key);
  std::uint32_t packed = 0;
  std::uint32_t target = 1;
  for (std::uint64_t rest = mask; rest != 0; rest &= rest - 1) {
    const std::uint64_t lowest = rest & -rest;
    if ((key & lowest) != 0) packed |= target;
    target <<= 1;
  }
  return packed;
}

std::uint64_t KeyPacking::Unpack(std::uint64_t packed) const {
  if (is_wide()) return packed;
  if (is_identity()) return constant_bits | packed;
  std::uint64_t key = constant_bits;
  for (std::uint64_t rest = mask; rest != 0; rest &= rest - 1) {
    if ((packed & 1) != 0) key |= rest & -rest;
    packed >>= 1;
  }
  return key;
}

}  // namespace perfecthash
