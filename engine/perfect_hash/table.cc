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
std::optional<bool> IndexesAreRanks(const TableView& table, const KeySet& keys,
                                    const StopCheck* stop) {
  constexpr std::size_t kBlock = 128;
  const std::uint8_t* const assigned = table.assigned.data();
  // A copy: the optimiser cannot know that the array is not part of it.
  const HashParameters hash = table.parameters.hash;
  const std::uint32_t index_mask = table.parameters.index_mask();
  std::array<VertexPair, kBlock> vertices;
  bool right = true;
  const bool finished = InPieces(
      keys.size(), kBlock, stop, [&](std::size_t begin, std::size_t end) {
        for (std::size_t rank = begin; rank < end; ++rank) {
          const VertexPair pair =
              HashKeyBy<kFunction>(hash, keys.hashed_key(rank));
          __builtin_prefetch(assigned + pair.first * sizeof(Entry));
          __builtin_prefetch(assigned + pair.second * sizeof(Entry));
          vertices[rank - begin] = pair;
        }
        for (std::size_t rank = begin; rank < end; ++rank) {
          const VertexPair pair = vertices[rank - begin];
          const std::uint32_t sum = EntryAt<Entry>(assigned, pair.first) +
                                    EntryAt<Entry>(assigned, pair.second);
          right &= (sum & index_mask) == rank;
        }
      });
  if (!finished) return std::nullopt;
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

std::optional<bool> Table::Verify(const KeySet& keys,
                                  const StopCheck* stop) const {
  if (keys.size() != parameters_.key_count) return false;
  return VisitHashFunction(
      parameters_.function, [&]<HashFunctionId kFunction>() {
        switch (parameters_.size.entry_bytes()) {
          case 1:
            return IndexesAreRanks<kFunction, std::uint8_t>(view(), keys, stop);
          case 2:
            return IndexesAreRanks<kFunction, std::uint16_t>(view(), keys,
                                                             stop);
          default:
            return IndexesAreRanks<kFunction, std::uint32_t>(view(), keys,
                                                             stop);
        }
      });
}

}  // namespace perfecthash
