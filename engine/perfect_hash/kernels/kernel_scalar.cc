#include <cstring>
#include <utility>

#include "engine/perfect_hash/hash_formula.h"
#include "engine/perfect_hash/kernels/kernel.h"
#include "engine/perfect_hash/key_packing.h"

namespace perfecthash::scalar {
namespace {

template <HashFunctionId kFunction>
bool HasLoop(const std::uint32_t* keys, std::size_t count,
             const HashParameters& parameters) {
  for (std::size_t i = 0; i < count; ++i) {
    const VertexPair pair = HashKeyBy<kFunction>(parameters, keys[i]);
    if (pair.first == pair.second) return true;
  }
  return false;
}

template <HashFunctionId kFunction>
void HashBlock(const std::uint32_t* keys, std::size_t count,
               const HashParameters& parameters, std::uint32_t* first,
               std::uint32_t* second) {
  for (std::size_t i = 0; i < count; ++i) {
    const VertexPair pair = HashKeyBy<kFunction>(parameters, keys[i]);
    first[i] = pair.first;
    second[i] = pair.second;
  }
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
    packed[i] = packing.Pack(key);
  }
}

template <std::size_t... kIds>
constexpr Kernel MakeKernel(std::index_sequence<kIds...>) {
  return {.name = "scalar",
          .supported = [] { return true; },
          .has_loop = {HasLoop<HashFunctionId{kIds}>...},
          .hash_block = {HashBlock<HashFunctionId{kIds}>...},
          .fill_identity = FillIdentity,
          .is_ascending = IsAscending,
          .pack_keys = PackKeys};
}

}  // namespace

extern const Kernel kKernel;
constexpr Kernel kKernel =
    MakeKernel(std::make_index_sequence<kHashFunctionCount>());

}  // namespace perfecthash::scalar
