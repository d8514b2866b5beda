#include "engine/job/item_order.h"

#include <algorithm>
#include <limits>
#include <utility>
#include <variant>

namespace perfecthash {
namespace {

std::uint64_t SizeOf(const TableRequest& item) {
  if (const auto* keys = std::get_if<KeyBytes>(&item.keys)) {
    return keys->bytes->size();
  }
  return item.size_hint_bytes.value_or(
      std::numeric_limits<std::uint64_t>::max());
}

}  // namespace

void SortItems(ItemOrder order, absl::Span<const TableRequest> items,
               std::vector<int>& indices) {
  if (order == ItemOrder::kAsGiven) return;
  std::sort(indices.begin(), indices.end(), [&items](int a, int b) {
    return std::pair(SizeOf(items[static_cast<std::size_t>(a)]), a) <
           std::pair(SizeOf(items[static_cast<std::size_t>(b)]), b);
  });
}

}  // namespace perfecthash
