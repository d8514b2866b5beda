#pragma once

// The inner loops, written once for vectors of any width with the compiler's
// vector type. Each kernel's source includes this under its own instruction
// set; everything here is in an unnamed namespace and calls no inline function
// from elsewhere, so that the linker can never hand a loop compiled for one
// instruction set to another.

#include <immintrin.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "engine/perfect_hash/kernels/kernel.h"

namespace perfecthash {
namespace {

// kWidth lanes of 32 bits.
template <int kWidth>
struct LanesOf {
  typedef std::uint32_t Type __attribute__((vector_size(kWidth * 4)));
};

template <int kWidth>
struct Loops {
  using Lanes = typename LanesOf<kWidth>::Type;
  using Half = HashHalf;

  static inline Lanes Load(const std::uint32_t* from) {
    Lanes lanes;
    std::memcpy(&lanes, from, sizeof(lanes));
    return lanes;
  }
  static inline void Store(std::uint32_t* to, Lanes lanes) {
    std::memcpy(to, &lanes, sizeof(lanes));
  }

  static inline Lanes RotateRight(Lanes lanes, std::uint32_t count) {
    // In this form the compiler knows a rotation where there is one.
    const Lanes right = (Lanes{} + count) & 31;
    return lanes >> right | lanes << (-right & 31);
  }

  static inline Lanes Jenkins(Lanes key, std::uint32_t seed) {
    Lanes a = key + 0x9e3779b9u;
    Lanes b = Lanes{} + 0x9e3779b9u;
    Lanes c = Lanes{} + seed;
    a = (a - b - c) ^ c >> 13;
    b = (b - c - a) ^ a << 8;
    c = (c - a - b) ^ b >> 13;
    a = (a - b - c) ^ c >> 12;
    b = (b - c - a) ^ a << 16;
    c = (c - a - b) ^ b >> 5;
    a = (a - b - c) ^ c >> 3;
    b = (b - c - a) ^ a << 10;
    c = (c - a - b) ^ b >> 15;
    return c;
  }

  template <bool kRotates, bool kMultipliesTwice>
  static inline Lanes Multiply(Lanes key, const Half& half) {
    Lanes product = key * half.seed;
    if constexpr (kRotates) product = RotateRight(product, half.rotate);
    if constexpr (kMultipliesTwice) product *= half.multiplier;
    return product >> half.shift;
  }

  template <HashFunctionId kFunction>
  static inline Lanes First(Lanes key, const HashParameters& parameters) {
    using enum HashFunctionId;
    if constexpr (kFunction == kJenkins) {
      return Jenkins(key, parameters.first.seed) & parameters.vertex_mask;
    } else if constexpr (kFunction == kMultiplyShiftR) {
      return Multiply<false, false>(key, parameters.first) &
             parameters.vertex_mask;
    } else {
      return Multiply<kFunction >= kMulshrolate1RX,
                      kFunction >= kMulshrolate3RX>(key, parameters.first);
    }
  }

  template <HashFunctionId kFunction>
  static inline Lanes Second(Lanes key, const HashParameters& parameters) {
    using enum HashFunctionId;
    if constexpr (kFunction == kJenkins) {
      return Jenkins(key, parameters.second.seed) & parameters.vertex_mask;
    } else if constexpr (kFunction == kMultiplyShiftR) {
      return Multiply<false, false>(key, parameters.second) &
             parameters.vertex_mask;
    } else {
      return Multiply<kFunction >= kMulshrolate2RX,
                      kFunction >= kMulshrolate4RX>(key, parameters.second);
    }
  }

  static inline bool Any(Lanes lanes) {
    return __builtin_reduce_or(lanes) != 0;
  }

  // The lanes of up to `count` keys in which both vertices are the same.
  template <HashFunctionId kFunction>
  static inline Lanes LoopsAmong(const std::uint32_t* keys, std::size_t count,
                                 const HashParameters& parameters) {
    Lanes found = {};
    for (std::size_t i = 0; i < count; i += kWidth) {
      const Lanes key = Load(keys + i) + parameters.key_bias;
      found |= (Lanes)(First<kFunction>(key, parameters) ==
                       Second<kFunction>(key, parameters));
    }
    return found;
  }

  template <HashFunctionId kFunction>
  static bool HasLoop(const std::uint32_t* keys, std::size_t count,
                      const HashParameters& given) {
    const HashParameters parameters = given;
    // Long enough to hide the test, short enough to leave early.
    constexpr std::size_t kChunk = 256;
    std::size_t i = 0;
    for (; i + kChunk <= count; i += kChunk) {
      if (Any(LoopsAmong<kFunction>(keys + i, kChunk, parameters))) return true;
    }
    return Any(LoopsAmong<kFunction>(keys + i, count - i, parameters));
  }

  template <HashFunctionId kFunction>
  static void HashBlock(const std::uint32_t* keys, std::size_t count,
                        const HashParameters& given, std::uint32_t* first,
                        std::uint32_t* second) {
    const HashParameters parameters = given;
    for (std::size_t i = 0; i < count; i += kWidth) {
      const Lanes key = Load(keys + i) + parameters.key_bias;
      Store(first + i, First<kFunction>(key, parameters));
      Store(second + i, Second<kFunction>(key, parameters));
    }
  }

  static void FillIdentity(std::uint32_t* items, std::size_t count) {
    Lanes lanes;
    for (int lane = 0; lane < kWidth; ++lane) lanes[lane] = lane;
    for (std::size_t i = 0; i < count; i += kWidth) {
      Store(items + i, lanes);
      lanes += static_cast<std::uint32_t>(kWidth);
    }
  }

  static bool IsAscending(const std::uint32_t* keys, std::size_t count) {
    if (count < 2) return true;
    Lanes wrong = {};
    std::size_t i = 1;
    for (; i + kWidth <= count; i += kWidth) {
      wrong |= (Lanes)(Load(keys + i) <= Load(keys + i - 1));
    }
    bool ascending = !Any(wrong);
    for (; i < count; ++i) ascending &= keys[i - 1] < keys[i];
    return ascending;
  }

  // Needs BMI2, which machines with AVX2 have.
  static void PackKeys(const std::uint8_t* keys, std::size_t count,
                       std::uint64_t mask, std::uint32_t* packed) {
    for (std::size_t i = 0; i < count; ++i) {
      unsigned long long key;
      std::memcpy(&key, keys + i * sizeof(key), sizeof(key));
      packed[i] = static_cast<std::uint32_t>(_pext_u64(key, mask));
    }
  }
};

template <int kWidth>
constexpr Kernel MakeKernel(std::string_view name, bool (*supported)()) {
  using L = Loops<kWidth>;
  using enum HashFunctionId;
  return {
      .name = name,
      .supported = supported,
      .has_loop = {L::template HasLoop<kMultiplyShiftR>,
                   L::template HasLoop<kMultiplyShiftRX>,
                   L::template HasLoop<kMulshrolate1RX>,
                   L::template HasLoop<kMulshrolate2RX>,
                   L::template HasLoop<kMulshrolate3RX>,
                   L::template HasLoop<kMulshrolate4RX>,
                   L::template HasLoop<kJenkins>},
      .hash_block = {L::template HashBlock<kMultiplyShiftR>,
                     L::template HashBlock<kMultiplyShiftRX>,
                     L::template HashBlock<kMulshrolate1RX>,
                     L::template HashBlock<kMulshrolate2RX>,
                     L::template HashBlock<kMulshrolate3RX>,
                     L::template HashBlock<kMulshrolate4RX>,
                     L::template HashBlock<kJenkins>},
      .fill_identity = L::FillIdentity,
      .is_ascending = L::IsAscending,
      .pack_keys = L::PackKeys,
  };
}

}  // namespace
}  // namespace perfecthash
