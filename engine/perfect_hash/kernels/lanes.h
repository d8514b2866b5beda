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
#include <utility>

#include "engine/perfect_hash/hash_function_table.h"
#include "engine/perfect_hash/kernels/kernel.h"

namespace perfecthash {
namespace {

// kWidth lanes of 32 bits.
template <int kWidth>
struct LanesOf {
  typedef std::uint32_t Type __attribute__((vector_size(kWidth * 4)));
  typedef std::uint16_t Narrow __attribute__((vector_size(kWidth * 2)));
  typedef std::uint64_t Wide __attribute__((vector_size(kWidth * 8)));
};

template <int kWidth>
struct Loops {
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

  static inline bool Any(Lanes lanes) {
    return __builtin_reduce_or(lanes) != 0;
  }

  // The lanes of up to `count` keys in which both vertices are the same.
  template <HashFunctionId kFunction>
  static inline Lanes LoopsAmong(const std::uint32_t* keys, std::size_t count,
                                 const HashParameters& parameters) {
    Lanes found = {};
    for (std::size_t i = 0; i < count; i += kWidth) {
      const Keys key = LoadKeys<kFunction>(keys + i, parameters);
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
      const Keys key = LoadKeys<kFunction>(keys + i, parameters);
      Store(first + i, First<kFunction>(key, parameters));
      Store(second + i, Second<kFunction>(key, parameters));
    }
  }

  template <HashFunctionId kFunction>
  static void HashFirst(const std::uint32_t* keys, std::size_t count,
                        const HashParameters& given, std::uint32_t* vertices) {
    const HashParameters parameters = given;
    for (std::size_t i = 0; i < count; i += kWidth) {
      const Keys key = LoadKeys<kFunction>(keys + i, parameters);
      Store(vertices + i, First<kFunction>(key, parameters));
    }
  }

  template <HashFunctionId kFunction>
  static void HashFirstNarrow(const std::uint32_t* keys, std::size_t count,
                              const HashParameters& given,
                              std::uint16_t* vertices) {
    const HashParameters parameters = given;
    for (std::size_t i = 0; i < count; i += kWidth) {
      const Keys key = LoadKeys<kFunction>(keys + i, parameters);
      const NarrowLanes narrow = __builtin_convertvector(
          First<kFunction>(key, parameters), NarrowLanes);
      std::memcpy(vertices + i, &narrow, sizeof(narrow));
    }
  }

  // Numbers of either width, as many as fill a vector.
  template <typename Number>
  static unsigned FindLoops(const Number* a, const Number* b, std::size_t count,
                            Number flip) {
    typedef Number Vector __attribute__((vector_size(kWidth * 4)));
    constexpr std::size_t kCount = sizeof(Vector) / sizeof(Number);
    constexpr std::size_t kChunk = 8 * kCount;
    const auto load = [](const Number* from) {
      Vector vector;
      std::memcpy(&vector, from, sizeof(vector));
      return vector;
    };
    const auto any = [](Vector vector) {
      return __builtin_reduce_or(vector) != 0 ? 1u : 0u;
    };
    unsigned found = 0;
    std::size_t i = 0;
    for (; i + kChunk <= count; i += kChunk) {
      Vector equal = {};
      Vector flipped = {};
      for (std::size_t j = i; j < i + kChunk; j += kCount) {
        const Vector difference = load(a + j) ^ load(b + j);
        equal |= (Vector)(difference == 0);
        flipped |= (Vector)(difference == flip);
      }
      found |= any(equal) | any(flipped) << 1;
      if (found == 3) return found;
    }
    for (; i < count; ++i) {
      const Number difference = a[i] ^ b[i];
      found |= (difference == 0 ? 1u : 0u) | (difference == flip ? 2u : 0u);
    }
    return found;
  }

  // A bit for each lane of a comparison's result.
  template <typename Word, typename Vector>
  static inline Word BitsOf(Vector nonzero) {
    constexpr int kCount = sizeof(Word) * 8;
    typedef bool Bits __attribute__((ext_vector_type(kCount)));
    const Bits bits = __builtin_convertvector(nonzero, Bits);
    Word word;
    std::memcpy(&word, &bits, sizeof(word));
    return word;
  }

  static std::uint32_t NumberGroups(const std::uint8_t* counts,
                                    std::size_t vertex_count,
                                    std::uint16_t* ids) {
    typedef std::uint8_t Bytes __attribute__((vector_size(16)));
    std::uint32_t number = 0;
    for (std::size_t vertex = 0; vertex < vertex_count; vertex += 16) {
      Bytes bytes;
      std::memcpy(&bytes, counts + vertex, sizeof(bytes));
      std::memset(ids + vertex, 0, 16 * sizeof(*ids));
      unsigned rest = BitsOf<std::uint16_t>(bytes > 1);
      for (; rest != 0; rest &= rest - 1) {
        ids[vertex + __builtin_ctz(rest)] =
            static_cast<std::uint16_t>(++number);
      }
    }
    return number;
  }

  static void MarkNonzero(const std::uint16_t* groups, std::size_t count,
                          std::uint64_t* bits) {
    typedef std::uint16_t Groups __attribute__((vector_size(32)));
    for (std::size_t i = 0; i < count; i += 16) {
      Groups sixteen;
      std::memcpy(&sixteen, groups + i, sizeof(sixteen));
      const std::uint16_t word = BitsOf<std::uint16_t>(sixteen != 0);
      std::memcpy(reinterpret_cast<std::uint8_t*>(bits) + i / 8, &word,
                  sizeof(word));
    }
  }

  static std::size_t CollectShared(const SharedKeys& a, const SharedKeys& b,
                                   std::size_t word_count, std::uint32_t* first,
                                   std::uint32_t* second) {
    std::size_t found = 0;
    for (std::size_t word = 0; word < word_count; ++word) {
      for (std::uint64_t rest = a.bits[word] & b.bits[word]; rest != 0;
           rest &= rest - 1) {
        const std::size_t i = word * 64 + __builtin_ctzll(rest);
        first[found] = a.groups[i];
        second[found] = b.groups[i];
        ++found;
      }
    }
    return found;
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

template <int kWidth, std::size_t... kIds>
constexpr Kernel MakeKernel(std::string_view name, bool (*supported)(),
                            std::index_sequence<kIds...>) {
  using L = Loops<kWidth>;
  return {
      .name = name,
      .supported = supported,
      .has_loop = {L::template HasLoop<HashFunctionId{kIds}>...},
      .hash_block = {L::template HashBlock<HashFunctionId{kIds}>...},
      .hash_half_narrow =
          {L::template HashFirstNarrow<HashFunctionId{kIds}>...},
      .hash_half = {L::template HashFirst<HashFunctionId{kIds}>...},
      .find_loops_narrow = L::template FindLoops<std::uint16_t>,
      .find_loops = L::template FindLoops<std::uint32_t>,
      .number_groups = L::NumberGroups,
      .mark_nonzero = L::MarkNonzero,
      .collect_shared = L::CollectShared,
      .fill_identity = L::FillIdentity,
      .is_ascending = L::IsAscending,
      .pack_keys = L::PackKeys,
  };
}

template <int kWidth>
constexpr Kernel MakeKernel(std::string_view name, bool (*supported)()) {
  return MakeKernel<kWidth>(name, supported,
                            std::make_index_sequence<kHashFunctionCount>());
}

}  // namespace
}  // namespace perfecthash
