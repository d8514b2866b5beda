#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/types/span.h"
#include "engine/perfect_hash/aligned_array.h"
#include "engine/perfect_hash/graph_size.h"
#include "engine/perfect_hash/hash_function.h"
#include "engine/perfect_hash/key_packing.h"
#include "engine/perfect_hash/key_set.h"
#include "engine/perfect_hash/stop_check.h"

namespace perfecthash {

// Everything of a table but its assigned array. A value.
struct TableParameters {
  HashFunctionId function = HashFunctionId::kMulshrolate4RX;
  Seeds seeds;
  HashParameters hash;  // made of function, seeds, size and the key set's bias
  GraphSize size;
  std::uint32_t key_count = 0;
  int table_resizes = 0;
  KeyWidth key_width = KeyWidth::k32Bits;
  KeyPacking packing;
  // The number, from 1, of the attempt that solved.
  std::uint64_t attempt = 0;

  std::uint32_t index_mask() const { return size.edge_count - 1; }
  // Bytes of the assigned array.
  std::size_t assigned_bytes() const {
    return std::size_t{size.vertex_count} * size.entry_bytes();
  }
};

// A table whose array lies elsewhere: entries of 1, 2 or 4 bytes. A value.
struct TableView {
  TableParameters parameters;
  absl::Span<const std::uint8_t> assigned;
};

// Index of `key` with an assigned array that lies anywhere (for example in a
// mapped file), aligned to its entries:
//   (assigned[v1] + assigned[v2]) & index_mask
// A key of the set gives its rank in the set; any other key gives some number
// below edge_count.
std::uint32_t LookUpIndex(const TableParameters& parameters,
                          const std::uint8_t* assigned, std::uint64_t key);

// An order-preserving perfect hash table: maps each key of its set to the
// key's rank. Owns its array; move-only. Immutable after construction.
class Table {
 public:
  // `assigned` holds parameters.assigned_bytes() bytes: entries of 1, 2 or 4
  // bytes, native (little) endian.
  Table(const TableParameters& parameters, AlignedArray<std::uint8_t> assigned);

  const TableParameters& parameters() const { return parameters_; }
  const HashFunction& hash_function() const {
    return GetHashFunction(parameters_.function);
  }

  std::uint32_t Index(std::uint64_t key) const {
    return LookUpIndex(parameters_, assigned_.data(), key);
  }

  absl::Span<const std::uint8_t> assigned() const {
    return {assigned_.data(), assigned_.size()};
  }
  // The entry of a vertex, whatever its width.
  std::uint32_t entry(std::uint32_t vertex) const;

  // Memory that a lookup may touch: the assigned array.
  std::size_t SizeBytes() const { return assigned_.size(); }

  TableView view() const { return {parameters_, assigned()}; }

  // Whether every key's Index is its rank. Uses the scalar formula, whatever
  // kernel built the table.
  bool Verify(const KeySet& keys) const { return *Verify(keys, nullptr); }
  // Nothing if stopped.
  std::optional<bool> Verify(const KeySet& keys, const StopCheck* stop) const;

 private:
  TableParameters parameters_;
  AlignedArray<std::uint8_t> assigned_;
};

}  // namespace perfecthash
