#include "engine/perfect_hash/graph_size.h"

#include <algorithm>
#include <bit>

#include "engine/base/check.h"

namespace perfecthash {
namespace {

constexpr std::uint64_t kEdgeCountMin = 8;

std::uint64_t EdgeCount(std::size_t key_count) {
  return std::max(kEdgeCountMin, std::bit_ceil(std::uint64_t{key_count}));
}

}  // namespace

GraphSize GraphSize::For(std::size_t key_count, int table_resizes) {
  CHECK(Fits(key_count, table_resizes));
  const std::uint64_t edges = EdgeCount(key_count);
  return {
      .edge_count = static_cast<std::uint32_t>(edges),
      .vertex_count = static_cast<std::uint32_t>(edges * 2 << table_resizes)};
}

bool GraphSize::Fits(std::size_t key_count, int table_resizes) {
  if (key_count > kKeyCountMax) return false;
  if (table_resizes < 0 || table_resizes > kTableResizesMax) return false;
  return EdgeCount(key_count) * 2 << table_resizes <= kVertexCountMax;
}

int GraphSize::entry_bytes() const {
  if (edge_count <= 1u << 8) return 1;
  if (edge_count <= 1u << 16) return 2;
  return 4;
}

}  // namespace perfecthash
