#pragma once

#include <bit>
#include <cstdint>

#include "engine/base/check.h"
#include "engine/perfect_hash/hash_function.h"

namespace perfecthash {

// The formulas for one key at a time, with the function fixed at compile time:
// the reference that the kernels are held to, and what verifies every table.

constexpr std::uint32_t JenkinsMix(std::uint32_t a, std::uint32_t b,
                                   std::uint32_t c) {
  // The 96-bit mix of Bob Jenkins, Dr. Dobb's Journal, September 1997.
  a = (a - b - c) ^ (c >> 13);
  b = (b - c - a) ^ (a << 8);
  c = (c - a - b) ^ (b >> 13);
  a = (a - b - c) ^ (c >> 12);
  b = (b - c - a) ^ (a << 16);
  c = (c - a - b) ^ (b >> 5);
  a = (a - b - c) ^ (c >> 3);
  b = (b - c - a) ^ (a << 10);
  c = (c - a - b) ^ (b >> 15);
  return c;
}

constexpr std::uint32_t HashByJenkins(std::uint32_t key, const HashHalf& half) {
  constexpr std::uint32_t kGoldenRatio = 0x9e3779b9;
  return JenkinsMix(kGoldenRatio + key, kGoldenRatio, half.seed);
}

// What a function lacks is neutral in `half`; the compiler is spared it where
// the function is known.
constexpr std::uint32_t HashByMultiplying(std::uint32_t key,
                                          const HashHalf& half) {
  const std::uint32_t product = key * half.seed;
  return std::rotr(product, static_cast<int>(half.rotate)) * half.multiplier >>
         half.shift;
}

template <HashFunctionId kFunction>
constexpr VertexPair HashKeyBy(const HashParameters& parameters,
                               std::uint32_t key) {
  key += parameters.key_bias;
  if constexpr (kFunction == HashFunctionId::kJenkins) {
    return {HashByJenkins(key, parameters.first) & parameters.vertex_mask,
            HashByJenkins(key, parameters.second) & parameters.vertex_mask};
  } else if constexpr (kFunction == HashFunctionId::kMultiplyShiftRX) {
    return {key * parameters.first.seed >> parameters.first.shift,
            key * parameters.second.seed >> parameters.second.shift};
  } else {
    return {HashByMultiplying(key, parameters.first) & parameters.vertex_mask,
            HashByMultiplying(key, parameters.second) & parameters.vertex_mask};
  }
}

// Calls visitor.template operator()<id>() with the id as a constant, so that a
// loop over keys decides only once.
template <typename Visitor>
auto VisitHashFunction(HashFunctionId id, Visitor visitor) {
  using enum HashFunctionId;
  switch (id) {
    case kMultiplyShiftR:
      return visitor.template operator()<kMultiplyShiftR>();
    case kMultiplyShiftRX:
      return visitor.template operator()<kMultiplyShiftRX>();
    case kMulshrolate1RX:
      return visitor.template operator()<kMulshrolate1RX>();
    case kMulshrolate2RX:
      return visitor.template operator()<kMulshrolate2RX>();
    case kMulshrolate3RX:
      return visitor.template operator()<kMulshrolate3RX>();
    case kMulshrolate4RX:
      return visitor.template operator()<kMulshrolate4RX>();
    case kJenkins:
      return visitor.template operator()<kJenkins>();
  }
  CheckFailed("a known hash function", __FILE__, __LINE__);
}

}  // namespace perfecthash
