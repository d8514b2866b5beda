#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "absl/types/span.h"
#include "engine/perfect_hash/hash_function.h"

namespace perfecthash {

// The keys of a half that share their vertices: a bit and a group for each key.
struct SharedKeys {
  const std::uint64_t* bits;
  const std::uint16_t* groups;
};

// The inner loops for one instruction set. All kernels compute the same; a
// test holds that. Keys may be read, and results written, up to the next
// multiple of 16 entries past `count`.
struct Kernel {
  // Whether some key has twice the same vertex.
  using HasLoop = bool (*)(const std::uint32_t* keys, std::size_t count,
                           const HashParameters& parameters);
  // Both vertices of each key.
  using HashBlock = void (*)(const std::uint32_t* keys, std::size_t count,
                             const HashParameters& parameters,
                             std::uint32_t* first, std::uint32_t* second);

  // The vertex of each key in the first half, which has 16 bits if narrow.
  using HashHalfNarrow = void (*)(const std::uint32_t* keys, std::size_t count,
                                  const HashParameters& parameters,
                                  std::uint16_t* vertices);
  using HashHalfWide = void (*)(const std::uint32_t* keys, std::size_t count,
                                const HashParameters& parameters,
                                std::uint32_t* vertices);

  std::string_view name;
  bool (*supported)();
  std::array<HasLoop, kHashFunctionCount> has_loop;      // by HashFunctionId
  std::array<HashBlock, kHashFunctionCount> hash_block;  // by HashFunctionId
  std::array<HashHalfNarrow, kHashFunctionCount> hash_half_narrow;
  std::array<HashHalfWide, kHashFunctionCount> hash_half;
  // Bit 0: a[i] == b[i] for some i; bit 1: a[i] == (b[i] ^ flip) for some i.
  // Reads no padding.
  unsigned (*find_loops_narrow)(const std::uint16_t* a, const std::uint16_t* b,
                                std::size_t count, std::uint16_t flip);
  unsigned (*find_loops)(const std::uint32_t* a, const std::uint32_t* b,
                         std::size_t count, std::uint32_t flip);
  // Numbers the vertices that count more than one from 1 and returns how many
  // there are; the others' ids are 0. Numbers wrap at 2^16.
  // `vertex_count` is a multiple of 16.
  std::uint32_t (*number_groups)(const std::uint8_t* counts,
                                 std::size_t vertex_count, std::uint16_t* ids);
  // A bit for each of `count` groups, a multiple of 64: whether it is not 0.
  void (*mark_nonzero)(const std::uint16_t* groups, std::size_t count,
                       std::uint64_t* bits);
  // The groups of the keys, 64 a word, that share in both; returns how many.
  // Up to 16 entries past the last may be written.
  std::size_t (*collect_shared)(const SharedKeys& a, const SharedKeys& b,
                                std::size_t word_count, std::uint32_t* first,
                                std::uint32_t* second);
  // items[i] = i. `count` is a multiple of 16.
  void (*fill_identity)(std::uint32_t* items, std::size_t count);
  // Whether each key is greater than the one before it. Reads no padding.
  bool (*is_ascending)(const std::uint32_t* keys, std::size_t count);
  // The bits of `mask` (at most 32) of each 64-bit key, gathered. Keys are
  // little-endian and need no alignment; no padding is read or written.
  void (*pack_keys)(const std::uint8_t* keys, std::size_t count,
                    std::uint64_t mask, std::uint32_t* packed);
};

// All that this build has, the best last; also ones the machine cannot run.
absl::Span<const Kernel* const> AllKernels();
// The best that this machine can run; detected once. Thread-safe.
const Kernel& BestKernel();
// Null when there is none of this name or the machine cannot run it.
const Kernel* FindKernel(std::string_view name);

}  // namespace perfecthash
