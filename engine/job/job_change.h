#pragma once

#include <cstdint>
#include <optional>

namespace perfecthash {

// What is to be different about an unfinished job; what is absent stays as it
// is. Zero limits mean the engine's own and larger ones are clamped to those,
// as in ConcurrencyLimits. More starts at once; with less, what runs goes on
// and nothing starts until it fits. Two limits reach into running tables:
// threads_max holds from their next slices of solving, and a table that waits
// for memory and needs more than memory_bytes_max fails with MEMORY_LIMIT.
struct JobChange {
  std::optional<int> tables_max = {};
  std::optional<int> threads_max = {};
  std::optional<std::uint64_t> memory_bytes_max = {};
  std::optional<int> priority = {};            // 1 (first) .. 5 (last)
  std::optional<double> fairness_weight = {};  // 0.001 .. 1000
};

}  // namespace perfecthash
