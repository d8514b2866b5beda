#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "engine/perfect_hash/hash_formula.h"
#include "engine/perfect_hash/kernels/kernel.h"
#include "engine/perfect_hash/key_packing.h"

namespace perfecthash::scalar {
namespace {

// A key as its function takes it.
template <HashFunctionId kFunction>
std::uint64_t KeyAt(const std::uint32_t* key,
                    const HashParameters& parameters) {
  if constexpr (HashFunctionOf(kFunction).first[0].operation ==
                HashOperation::kMultiplyWide) {
    if (parameters.keys_are_wide) {
      return std::uint64_t{key[parameters.high_offset]} << 32 | *key;
    }
  }
  return *key;
}

template <HashFunctionId kFunction>
bool HasLoop(const std::uint32_t* keys, std::size_t count,
             const HashParameters& parameters) {
  for (std::size_t i = 0; i < count; ++i) {
    const VertexPair pair = HashKeyBy<kFunction>(
        parameters, KeyAt<kFunction>(keys + i, parameters));
    if (pair.first == pair.second) return true;
  }
  return false;
}

template <HashFunctionId kFunction>
void HashBlock(const std::uint32_t* keys, std::size_t count,
               const HashParameters& parameters, std::uint32_t* first,
               std::uint32_t* second) {
  for (std::size_t i = 0; i < count; ++i) {
    const VertexPair pair = HashKeyBy<kFunction>(
        parameters, KeyAt<kFunction>(keys + i, parameters));
    first[i] = pair.first;
    second[i] = pair.second;
  }
}

template <HashFunctionId kFunction, typename Vertex>
void HashFirst(const std::uint32_t* keys, std::size_t count,
               const HashParameters& parameters, Vertex* vertices) {
  for (std::size_t i = 0; i < count; ++i) {
    vertices[i] = static_cast<Vertex>(HashKeyByHalf<kFunction, Half::kFirst>(
        parameters.first, parameters.vertex_mask,
        BiasedKey(parameters, KeyAt<kFunction>(keys + i, parameters))));
  }
}

template <typename Vertex>
unsigned FindLoops(const Vertex* a, const Vertex* b, std::size_t count,
                   Vertex flip) {
  // Without a way out of the inner loop the compiler finds vectors for it.
  constexpr std::size_t kChunk = 256;
  unsigned found = 0;
  for (std::size_t begin = 0; begin < count && found != 3; begin += kChunk) {
    const std::size_t end = std::min(count, begin + kChunk);
    Vertex equal = 0;
    Vertex flipped = 0;
    for (std::size_t i = begin; i < end; ++i) {
      equal |= static_cast<Vertex>(a[i] == b[i]);
      flipped |= static_cast<Vertex>(a[i] == static_cast<Vertex>(b[i] ^ flip));
    }
    found |= (equal != 0 ? 1u : 0u) | (flipped != 0 ? 2u : 0u);
  }
  return found;
}

std::uint32_t NumberGroups(const std::uint8_t* counts, std::size_t vertex_count,
                           std::uint16_t* ids) {
  std::uint32_t number = 0;
  for (std::size_t vertex = 0; vertex < vertex_count; ++vertex) {
    const bool shared = counts[vertex] > 1;
    number += shared;
    ids[vertex] = static_cast<std::uint16_t>(shared ? number : 0);
  }
  return number;
}

void MarkNonzero(const std::uint16_t* groups, std::size_t count,
                 std::uint64_t* bits) {
  for (std::size_t i = 0; i < count; i += 64) {
    std::uint64_t word = 0;
    for (int bit = 0; bit < 64; ++bit) {
      word |= std::uint64_t{groups[i + bit] != 0} << bit;
    }
    bits[i / 64] = word;
  }
}

std::size_t CollectShared(const SharedKeys& a, const SharedKeys& b,
                          std::size_t word_count, std::uint32_t* first,
                          std::uint32_t* second) {
  std::size_t found = 0;
  for (std::size_t word = 0; word < word_count; ++word) {
    for (std::uint64_t rest = a.bits[word] & b.bits[word]; rest != 0;
         rest &= rest - 1) {
      const std::size_t i = word * 64 + std::countr_zero(rest);
      first[found] = a.groups[i];
      second[found] = b.groups[i];
      ++found;
    }
  }
  return found;
}

void FillIdentity(std::uint32_t* items, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    items[i] = static_cast<std::uint32_t>(i);
  }
}

bool IsAscending(const std::uint32_t* keys, std::size_t count) {
  for (std::size_t i = 1; i < count; ++i) {
    if (keys[i] <= keys[i - 1]) return false;
  }
  return true;
}

void PackKeys(const std::uint8_t* keys, std::size_t count, std::uint64_t mask,
              std::uint32_t* packed) {
  const KeyPacking packing{.mask = mask};
  for (std::size_t i = 0; i < count; ++i) {
    std::uint64_t key;
    std::memcpy(&key, keys + i * sizeof(key), sizeof(key));
    packed[i] = static_cast<std::uint32_t>(packing.Pack(key));
  }
}

template <std::size_t... kIds>
constexpr Kernel MakeKernel(std::index_sequence<kIds...>) {
  return {
      .name = "scalar",
      .supported = [] { return true; },
      .has_loop = {HasLoop<HashFunctionId{kIds}>...},
      .hash_block = {HashBlock<HashFunctionId{kIds}>...},
      .hash_half_narrow = {HashFirst<HashFunctionId{kIds}, std::uint16_t>...},
      .hash_half = {HashFirst<HashFunctionId{kIds}, std::uint32_t>...},
      .find_loops_narrow = FindLoops<std::uint16_t>,
      .find_loops = FindLoops<std::uint32_t>,
      .number_groups = NumberGroups,
      .mark_nonzero = MarkNonzero,
      .collect_shared = CollectShared,
      .fill_identity = FillIdentity,
      .is_ascending = IsAscending,
      .pack_keys = PackKeys};
}

}  // namespace

extern const Kernel kKernel;
constexpr Kernel kKernel =
    MakeKernel(std::make_index_sequence<kHashFunctionCount>());

}  // namespace perfecthash::scalar
