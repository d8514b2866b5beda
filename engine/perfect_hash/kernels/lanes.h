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

#include "engine/perfect_hash/kernels/hash_lanes.h"
#include "engine/perfect_hash/kernels/kernel.h"

namespace perfecthash {
namespace {

template <int kWidth>
struct Loops {
  using Hash = HashLanes<kWidth>;
  using Lanes = typename Hash::Lanes;
  using NarrowLanes = typename Hash::NarrowLanes;

  static inline bool Any(Lanes lanes) {
    return __builtin_reduce_or(lanes) != 0;
  }

  // The lanes of up to `count` keys in which both vertices are the same.
  template <HashFunctionId kFunction>
  static inline Lanes LoopsAmong(const std::uint32_t* keys, std::size_t count,
                                 const HashParameters& parameters) {
    Lanes found = {};
    for (std::size_t i = 0; i < count; i += kWidth) {
      const auto key = Hash::template LoadKeys<kFunction>(keys + i, parameters);
      found |= (Lanes)(Hash::template First<kFunction>(key, parameters) ==
                       Hash::template Second<kFunction>(key, parameters));
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
      const auto key = Hash::template LoadKeys<kFunction>(keys + i, parameters);
      Hash::Store(first + i, Hash::template First<kFunction>(key, parameters));
      Hash::Store(second + i,
                  Hash::template Second<kFunction>(key, parameters));
    }
  }

  template <HashFunctionId kFunction>
  static void HashFirst(const std::uint32_t* keys, std::size_t count,
                        const HashParameters& given, std::uint32_t* vertices) {
    const HashParameters parameters = given;
    for (std::size_t i = 0; i < count; i += kWidth) {
      const auto key = Hash::template LoadKeys<kFunction>(keys + i, parameters);
      Hash::Store(vertices + i,
                  Hash::template First<kFunction>(key, parameters));
    }
  }

  template <HashFunctionId kFunction>
  static void HashFirstNarrow(const std::uint32_t* keys, std::size_t count,
                              const HashParameters& given,
                              std::uint16_t* vertices) {
    const HashParameters parameters = given;
    for (std::size_t i = 0; i < count; i += kWidth) {
      const auto key = Hash::template LoadKeys<kFunction>(keys + i, parameters);
      const NarrowLanes narrow = __builtin_convertvector(
          Hash::template First<kFunction>(key, parameters), NarrowLanes);
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
      Hash::Store(items + i, lanes);
      lanes += static_cast<std::uint32_t>(kWidth);
    }
  }

  static bool IsAscending(const std::uint32_t* keys, std::size_t count) {
    if (count < 2) return true;
    Lanes wrong = {};
    std::size_t i = 1;
    for (; i + kWidth <= count; i += kWidth) {
      wrong |= (Lanes)(Hash::Load(keys + i) <= Hash::Load(keys + i - 1));
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
