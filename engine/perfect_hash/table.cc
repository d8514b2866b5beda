#include "engine/perfect_hash/table.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "engine/base/check.h"
#include "engine/perfect_hash/hash_formula.h"

namespace perfecthash {
namespace {

template <typename Entry>
std::uint32_t EntryAt(const std::uint8_t* assigned, std::uint32_t vertex) {
  Entry entry;
  std::memcpy(&entry, assigned + std::size_t{vertex} * sizeof(Entry),
              sizeof(Entry));
  return entry;
}

std::uint32_t EntryAt(const TableParameters& parameters,
                      const std::uint8_t* assigned, std::uint32_t vertex) {
  switch (parameters.size.entry_bytes()) {
    case 1:
      return EntryAt<std::uint8_t>(assigned, vertex);
    case 2:
      return EntryAt<std::uint16_t>(assigned, vertex);
    default:
      return EntryAt<std::uint32_t>(assigned, vertex);
  }
}

// Entries of a block are fetched while its last keys are hashed.
template <HashFunctionId kFunction, typename Entry>
bool IndexesAreRanks(const TableParameters& parameters,
                     const std::uint8_t* assigned, const KeySet& keys) {
  constexpr std::size_t kBlock = 128;
  const std::uint32_t index_mask = parameters.index_mask();
  std::array<VertexPair, kBlock> vertices;
  bool right = true;
  for (std::size_t begin = 0; begin < keys.size(); begin += kBlock) {
    const std::size_t count = std::min(kBlock, keys.size() - begin);
    for (std::size_t i = 0; i < count; ++i) {
      vertices[i] =
          HashKeyBy<kFunction>(parameters.hash, keys.hashed_key(begin + i));
      __builtin_prefetch(assigned + vertices[i].first * sizeof(Entry));
      __builtin_prefetch(assigned + vertices[i].second * sizeof(Entry));
    }
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint32_t sum = EntryAt<Entry>(assigned, vertices[i].first) +
                                EntryAt<Entry>(assigned, vertices[i].second);
      right &= (sum & index_mask) == begin + i;
    }
  }
  return right;
}

}  // namespace

std::uint32_t LookUpIndex(const TableParameters& parameters,
                          const std::uint8_t* assigned, std::uint64_t key) {
  const VertexPair vertices = HashKey(parameters.function, parameters.hash,
                                      parameters.packing.Pack(key));
  return (EntryAt(parameters, assigned, vertices.first) +
          EntryAt(parameters, assigned, vertices.second)) &
         parameters.index_mask();
}

Table::Table(const TableParameters& parameters,
             AlignedArray<std::uint8_t> assigned)
    : parameters_(parameters), assigned_(std::move(assigned)) {
  CHECK(assigned_.size() == parameters_.assigned_bytes());
}

std::uint32_t Table::entry(std::uint32_t vertex) const {
  return EntryAt(parameters_, assigned_.data(), vertex);
}

bool Table::Verify(const KeySet& keys) const {
  if (keys.size() != parameters_.key_count) return false;
  return VisitHashFunction(
      parameters_.function, [&]<HashFunctionId kFunction>() {
        const std::uint8_t* const assigned = assigned_.data();
        switch (parameters_.size.entry_bytes()) {
          case 1:
            return IndexesAreRanks<kFunction, std::uint8_t>(parameters_,
                                                            assigned, keys);
          case 2:
            return IndexesAreRanks<kFunction, std::uint16_t>(parameters_,
                                                             assigned, keys);
          default:
            return IndexesAreRanks<kFunction, std::uint32_t>(parameters_,
                                                             assigned, keys);
        }
      });
}

}  // namespace perfecthash
