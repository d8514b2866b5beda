#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "absl/types/span.h"
#include "engine/perfect_hash/hash_function.h"

namespace perfecthash {

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

  std::string_view name;
  bool (*supported)();
  std::array<HasLoop, kHashFunctionCount> has_loop;      // by HashFunctionId
  std::array<HashBlock, kHashFunctionCount> hash_block;  // by HashFunctionId
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
