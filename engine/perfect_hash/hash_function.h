#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "absl/types/span.h"

namespace perfecthash {

// Names and formulas of the hash functions. Each maps a key to two vertices of
// the graph, one per half. The order is that of AllHashFunctions().
enum class HashFunctionId : std::uint8_t {
  kMultiplyShiftR,
  kMultiplyShiftRX,
  kMulshrolate1RX,
  kMulshrolate2RX,
  kMulshrolate3RX,
  kMulshrolate4RX,
  kJenkins,
};
inline constexpr int kHashFunctionCount = 7;
inline constexpr int kSeedCountMax = 5;

// The numbers that pick one function out of a family. A value.
struct Seeds {
  std::array<std::uint32_t, kSeedCountMax> values = {};
  int count = 0;

  absl::Span<const std::uint32_t> span() const {
    return {values.data(), static_cast<std::size_t>(count)};
  }
  friend bool operator==(const Seeds&, const Seeds&) = default;
};

// One family. All arithmetic is modulo 2^32.
struct HashFunction {
  HashFunctionId id;
  std::string_view name;
  int seed_count;
  // Seed i counts only in these bits; the others of a drawn seed are cleared.
  std::array<std::uint32_t, kSeedCountMax> seed_masks;
  // For people: k is the key (plus the set's bias), s1.. the seeds, s3.2 byte
  // 2 of seed 3 from the low end, R(x, n) rotates right, S = 32 - log2(V) for
  // V vertices, and the two vertices are separated by a comma.
  std::string_view formula;
  // Applied to key + KeySet::zero_key_bias(): key 0 has the vertices 0 and 0.
  bool maps_zero_to_zero;
  bool masks_vertices;          // the result is taken & (V - 1)
  bool rotates_first;           // half 1 has a rotation ...
  bool rotates_second;          // ... half 2 has
  bool multiplies_first_twice;  // half 1 multiplies again after its rotation
  bool multiplies_second_twice;
};

absl::Span<const HashFunction> AllHashFunctions();
const HashFunction& GetHashFunction(HashFunctionId id);
// Null when there is none of this name. Names are matched exactly.
const HashFunction* FindHashFunction(std::string_view name);

// One half of a function for a graph of a given size. For the multiply types
//   vertex = R((key + bias) * seed, rotate) * multiplier >> shift
// with what a function lacks neutral (rotate 0, multiplier 1); & vertex_mask
// changes something only for functions that mask. Jenkins has only `seed`.
struct HashHalf {
  std::uint32_t seed = 0;
  std::uint32_t rotate = 0;
  std::uint32_t multiplier = 1;
  std::uint32_t shift = 0;
};

// A hash function made definite. A value.
struct HashParameters {
  HashHalf first;
  HashHalf second;
  std::uint32_t key_bias = 0;
  std::uint32_t vertex_mask = 0;  // vertex count - 1
};

// `vertex_count` is a power of two in 16..kVertexCountMax; `zero_key_bias` is
// the key set's and left out for functions that do not need it.
HashParameters MakeHashParameters(const HashFunction& function,
                                  const Seeds& seeds,
                                  std::uint32_t vertex_count,
                                  std::uint32_t zero_key_bias);

// The two ends of a key's edge.
struct VertexPair {
  std::uint32_t first;
  std::uint32_t second;
};

// The formula itself, for one (packed) key.
VertexPair HashKey(HashFunctionId id, const HashParameters& parameters,
                   std::uint32_t key);

}  // namespace perfecthash
