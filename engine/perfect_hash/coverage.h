#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "engine/perfect_hash/stop_check.h"
#include "engine/perfect_hash/table.h"

namespace perfecthash {

inline constexpr std::size_t kCacheLineBytes = 64;
inline constexpr std::size_t kPageBytes = 4096;
inline constexpr std::size_t kLargePageBytes = std::size_t{2} << 20;

// Units of memory of one size, from the array's first byte on, which begins a
// unit of each size. A part of a unit counts as one.
struct UnitCounts {
  std::uint64_t total = 0;
  std::uint64_t used = 0;  // that hold an entry which is not zero

  std::uint64_t empty() const { return total - used; }
};

// Where the assigned entries of a table lie, those that are not zero: the fewer
// cache lines and pages hold them, the less memory do lookups touch. A value.
//
// With h[i] = number of cache lines that hold i assigned entries, for i from 0
// to E, the entries that a cache line has room for (16 of 4 bytes, 32 of 2, 64
// of 1): the line through the points (i, h[i]) with the least squares of errors
// is slope * i + intercept, and says what the number of full lines would be.
struct Coverage {
  UnitCounts cache_lines;
  UnitCounts pages;                          // of 4 KiB
  UnitCounts large_pages;                    // of 2 MiB
  std::uint32_t entries_per_cache_line = 0;  // E
  std::uint64_t assigned_count = 0;
  // h, without the zeros at its end; so max_assigned_per_cache_line + 1 long.
  std::vector<std::uint32_t> lines_by_assigned_count;
  double slope = 0;
  double intercept = 0;
  double correlation = 0;  // of i and h[i], -1 to 1; 0 if all h[i] are equal
  double predicted_filled_cache_lines = 0;  // slope * E + intercept
  std::uint64_t score = 0;                  // sum of i * i * h[i]
  // The score in relation to that of the same entries in full cache lines:
  // score / (assigned_count / E * E * E), 0 to 1; 0 if nothing is assigned.
  double rank = 0;

  std::uint32_t max_assigned_per_cache_line() const {
    return static_cast<std::uint32_t>(lines_by_assigned_count.size()) - 1;
  }
};

// The same on every machine: every figure is rounded once. Nothing if stopped.
std::optional<Coverage> MeasureCoverage(const TableView& table,
                                        const StopCheck* stop);
inline Coverage MeasureCoverage(const Table& table) {
  return *MeasureCoverage(table.view(), nullptr);
}

// Where the entries lie that lookups of some keys read, zero or not: two for
// each key, those that several of them read counted once.
struct SubsetCoverage {
  std::uint64_t cache_lines = 0;
  std::uint64_t pages = 0;
  std::uint64_t large_pages = 0;
  std::uint32_t max_entries_per_cache_line = 0;
};

// `keys` are unpacked, and in the table's set.
SubsetCoverage MeasureSubsetCoverage(const TableView& table,
                                     absl::Span<const std::uint64_t> keys);

}  // namespace perfecthash
