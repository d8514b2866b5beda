#pragma once

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "engine/pipeline/table_request.h"

namespace perfecthash {

// The order in which a job's tables start.
enum class ItemOrder {
  kAsGiven,
  // By the size of their keys: those in memory as they are, those in files by
  // size_hint_bytes; then those of unknown size. Equals as given.
  kShortestFirst,
};

// Puts indices of `items`, which ascend, into that order.
void SortItems(ItemOrder order, absl::Span<const TableRequest> items,
               std::vector<int>& indices);

}  // namespace perfecthash
