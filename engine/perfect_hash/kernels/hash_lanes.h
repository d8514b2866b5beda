#pragma once

// The hash functions for vectors of any width. As lanes.h, which includes it:
// everything is in an unnamed namespace and calls no inline function from
// elsewhere.

#include <immintrin.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

#include "engine/perfect_hash/hash_function_table.h"

namespace perfecthash {
namespace {

// kWidth lanes of 32 bits.
template <int kWidth>
struct LanesOf {
  typedef std::uint32_t Type __attribute__((vector_size(kWidth * 4)));
  typedef std::uint16_t Narrow __attribute__((vector_size(kWidth * 2)));
  typedef std::uint64_t Wide __attribute__((vector_size(kWidth * 8)));
};

// Hash functions, applied to as many keys as a vector holds.
template <int kWidth>
struct HashLanes {
  using Lanes = typename LanesOf<kWidth>::Type;
  using WideLanes = typename LanesOf<kWidth>::Wide;
  using NarrowLanes = typename LanesOf<kWidth>::Narrow;

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

  // Vectors have no such instruction; the processor has one for numbers.
  static inline Lanes Crc32(Lanes lanes, std::uint32_t seed) {
    for (int i = 0; i < kWidth; ++i) lanes[i] = _mm_crc32_u32(seed, lanes[i]);
    return lanes;
  }

  static inline Lanes Fnv(Lanes lanes, std::uint32_t seed) {
    Lanes hash = Lanes{} + (seed ^ 2166136261u);
    for (int bit = 0; bit < 32; bit += 8) {
      hash = hash * 16777619u ^ (lanes >> bit & 0xff);
    }
    return hash;
  }

  static inline Lanes Multiply64(Lanes lanes, const std::uint32_t* a) {
    const WideLanes factor = WideLanes{} + (std::uint64_t{a[1]} << 32 | a[0]);
    const WideLanes product =
        __builtin_convertvector(lanes, WideLanes) * factor;
    return __builtin_convertvector(product >> a[2], Lanes);
  }

  // As ApplyStep.
  template <HashOperation kOperation>
  static inline Lanes Apply(Lanes v, const std::uint32_t* a) {
    using enum HashOperation;
    if constexpr (kOperation == kMultiply) {
      return v * *a;
    } else if constexpr (kOperation == kRotateRight) {
      return RotateRight(v, *a);
    } else if constexpr (kOperation == kRotateLeft) {
      return RotateRight(v, 32 - *a);
    } else if constexpr (kOperation == kShiftRight ||
                         kOperation == kShiftToVertex) {
      return v >> *a;
    } else if constexpr (kOperation == kShiftLeft) {
      return v << *a;
    } else if constexpr (kOperation == kXorRotateRight) {
      return v ^ RotateRight(v, *a);
    } else if constexpr (kOperation == kXorShiftRight) {
      return v ^ v >> *a;
    } else if constexpr (kOperation == kJenkins) {
      return Jenkins(v, *a);
    } else if constexpr (kOperation == kFnv) {
      return Fnv(v, *a);
    } else if constexpr (kOperation == kCrc32) {
      return Crc32(v, *a);
    } else if constexpr (kOperation == kMultiply64) {
      return Multiply64(v, a);
    } else {
      return v;
    }
  }

  // Keys with their bias. The wide form is made only for functions that take
  // it.
  struct Keys {
    Lanes low;
    WideLanes wide;
  };

  template <HashFunctionId kFunction>
  static inline Keys LoadKeys(const std::uint32_t* from,
                              const HashParameters& parameters) {
    constexpr bool kTakesWide =
        kHashFunctions[static_cast<int>(kFunction)].first[0].operation ==
        HashOperation::kMultiplyWide;
    const Lanes low = Load(from);
    const Lanes biased = low + parameters.key_bias;
    if constexpr (!kTakesWide) {
      return {biased, WideLanes{}};
    } else if (!parameters.keys_are_wide) {
      return {biased, __builtin_convertvector(biased, WideLanes)};
    } else {
      const WideLanes high = __builtin_convertvector(
          Load(from + parameters.high_offset), WideLanes);
      return {low, (__builtin_convertvector(low, WideLanes) | high << 32) +
                       parameters.key_bias};
    }
  }

  static inline Lanes MultiplyWide(const Keys& keys, const std::uint32_t* a) {
    const WideLanes factor = WideLanes{} + (std::uint64_t{a[1]} << 32 | a[0]);
    return __builtin_convertvector(keys.wide * factor >> 32, Lanes);
  }

  template <HashFunctionId kFunction, const HashSteps& kSteps,
            std::size_t... kIndices>
  static inline Lanes ApplySteps(const Keys& keys, const HashHalf& half,
                                 std::uint32_t vertex_mask,
                                 std::index_sequence<kIndices...>) {
    Lanes v = keys.low;
    if constexpr (kSteps[0].operation == HashOperation::kMultiplyWide) {
      v = MultiplyWide(keys, half.operands.data());
    }
    ((v = Apply<kSteps[kIndices].operation>(v,
                                            half.operands.data() + kIndices)),
     ...);
    constexpr bool kMasks =
        kHashFunctions[static_cast<int>(kFunction)].masks_vertices;
    return kMasks ? v & vertex_mask : v;
  }

  template <HashFunctionId kFunction>
  static inline Lanes First(const Keys& keys,
                            const HashParameters& parameters) {
    return ApplySteps<kFunction,
                      kHashFunctions[static_cast<int>(kFunction)].first>(
        keys, parameters.first, parameters.vertex_mask,
        std::make_index_sequence<kStepCountMax>());
  }

  template <HashFunctionId kFunction>
  static inline Lanes Second(const Keys& keys,
                             const HashParameters& parameters) {
    return ApplySteps<kFunction,
                      kHashFunctions[static_cast<int>(kFunction)].second>(
        keys, parameters.second, parameters.vertex_mask,
        std::make_index_sequence<kStepCountMax>());
  }
};

}  // namespace
}  // namespace perfecthash
