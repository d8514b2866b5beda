#pragma once

#include <cstddef>
#include <cstdint>

namespace perfecthash {

// Vertices are 32-bit numbers, of which a graph uses at most 28 bits; without
// doublings that is a set of 2^27 keys.
inline constexpr std::uint32_t kVertexCountMax = 1u << 28;
inline constexpr std::uint32_t kKeyCountMax = kVertexCountMax / 2;
inline constexpr int kTableResizesMax = 8;

// The graph of a table: one edge per key, and room for more. Both counts are
// powers of two, so that masks take the place of divisions.
struct GraphSize {
  std::uint32_t edge_count = 0;    // max(8, smallest power of two >= keys)
  std::uint32_t vertex_count = 0;  // 2 * edge_count << table_resizes

  // `key_count` is in 1..kKeyCountMax.
  static GraphSize For(std::size_t key_count, int table_resizes);
  // Whether the graph stays within kVertexCountMax.
  static bool Fits(std::size_t key_count, int table_resizes);

  // Bytes of one entry of the assigned table: 1, 2 or 4.
  int entry_bytes() const;
};

}  // namespace perfecthash
