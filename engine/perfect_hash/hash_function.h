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
  kFnv,
  kCrc32RotateX,
  kCrc32RotateXY,
  kCrc32RotateWXYZ,
  kRotateMultiplyXorRotate,
  kRotateMultiplyXorRotate2,
  kShiftMultiplyXorShift,
  kShiftMultiplyXorShift2,
  kMultiplyRotateR,
  kMultiplyRotateLR,
  kMultiplyRotateR2,
  kMultiplyRotateRMultiply,
  kMultiplyShiftLR,
  kMultiplyShiftR2,
  kMultiplyShiftRMultiply,
  kRotateRMultiply,
  kRotateRMultiplyRotateR,
  kMultiply643ShiftR,
  kMultiply644ShiftR,
  kMultiplyXorShiftRX,
  kWideMultiplyShiftRX,
  kWideMultiplyXorShiftRX,
};
inline constexpr int kHashFunctionCount = 29;
inline constexpr int kSeedCountMax = 8;

// The numbers that pick one function out of a family. A value.
struct Seeds {
  std::array<std::uint32_t, kSeedCountMax> values = {};
  int count = 0;

  absl::Span<const std::uint32_t> span() const {
    return {values.data(), static_cast<std::size_t>(count)};
  }
  friend bool operator==(const Seeds&, const Seeds&) = default;
};

// What a step does with v, which is the key (plus the set's bias) at first;
// `a` is the step's operand. Modulo 2^32.
enum class HashOperation : std::uint8_t {
  kEnd,             // no further steps
  kMultiply,        // v *= a
  kRotateRight,     // v = R(v, a)
  kRotateLeft,      // v = L(v, a)
  kShiftRight,      // v >>= a
  kShiftLeft,       // v <<= a
  kXorRotateRight,  // v ^= R(v, a)
  kXorShiftRight,   // v ^= v >> a
  kJenkins,         // v = Bob Jenkins's 96-bit mix of g + v, g and a
  kFnv,             // FNV-1 of the bytes of v, lowest first, from a
  kCrc32,           // v = CRC-32C of the bytes of v, lowest first, from a
  kMultiply64,      // v *= a, kHigh's a * 2^32, in 64 bits; >>= kHighShift's a
  kMultiplyWide,    // v = key * (a + kHigh's a * 2^32) >> 32, in 64 bits
  kHigh,
  kHighShift,
  kShiftToVertex,  // v >>= S, so that log2(V) bits are left
};

struct HashStep {
  HashOperation operation = HashOperation::kEnd;
  int seed = 0;  // whose number, from 1, is the operand; 0: `constant` is
  int byte = 0;  // of the seed, from 1 at the low end; 0: all of it
  std::uint32_t constant = 0;
};
inline constexpr int kStepCountMax = 8;
using HashSteps = std::array<HashStep, kStepCountMax>;

// One family. All else about it (its loops, its text in generated code) is made
// of the steps.
struct HashFunction {
  HashFunctionId id;
  std::string_view name;
  int seed_count = 0;
  // Seed i counts only in these bits; the others of a drawn seed are cleared.
  std::array<std::uint32_t, kSeedCountMax> seed_masks = {};
  // Bit i: seed i + 1 is drawn odd. A product with an even number forgets the
  // highest bits of a key, in a quarter of all attempts those of both halves.
  std::uint32_t odd_seeds = 0;
  // For people: k is the key (plus the set's bias), s1.. the seeds, s3.2 byte
  // 2 of seed 3 from the low end, R(x, n) and L(x, n) rotate, X(x, n) and
  // XR(x, n) are x ^ x >> n and x ^ R(x, n), S = 32 - log2(V) for V vertices,
  // and the two vertices are separated by a comma.
  std::string_view formula;
  HashSteps first;
  HashSteps second;
  bool masks_vertices = false;  // the results are taken & (V - 1)

  // Applied to key + KeySet::zero_key_bias(): key 0 has the vertices 0 and 0.
  bool maps_zero_to_zero() const;
  // Whether it hashes keys of 64 bits, of which others see the low 32.
  bool takes_wide_keys() const;
  // Whether the halves differ in nothing but the seeds they take.
  bool is_symmetric() const;
  // Whether each half ends in a multiplication whose highest bits are the
  // vertex: a multiplier and its negative put keys together alike.
  bool ends_in_product() const;
  // The cost of a lookup as a processor sees it: cycles till the vertex of the
  // slower half is known. Says which of two functions to prefer, no more.
  int cycles() const;
};

absl::Span<const HashFunction> AllHashFunctions();
const HashFunction& GetHashFunction(HashFunctionId id);
// Null when there is none of this name. Names are matched exactly.
const HashFunction* FindHashFunction(std::string_view name);

// One half of a function for a graph of a given size: the operands of the
// steps.
struct HashHalf {
  std::array<std::uint32_t, kStepCountMax> operands = {};
};

// A hash function made definite. A value.
struct HashParameters {
  HashHalf first;
  HashHalf second;
  std::uint32_t key_bias = 0;
  std::uint32_t vertex_mask = 0;  // vertex count - 1
  // Whether the set's keys have 64 bits, and the bias is added modulo 2^64.
  bool keys_are_wide = false;
  // Then for kernels, which take an array of the keys' low halves: how much
  // further in the same memory the high halves are.
  std::uint32_t high_offset = 0;
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

// The formula itself, for one key: packed, if the set's are not wide.
VertexPair HashKey(HashFunctionId id, const HashParameters& parameters,
                   std::uint64_t key);

}  // namespace perfecthash
