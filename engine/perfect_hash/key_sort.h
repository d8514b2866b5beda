#pragma once

#include <cstdint>

#include "absl/types/span.h"
#include "engine/perfect_hash/stop_check.h"

namespace perfecthash {

// Sorts in place, ascending. False if stopped, which leaves the keys in any
// order; `stop`, which may be null, is asked every few thousand keys.
//
// Keys are parted by their bytes, the highest first, and what shares a few
// bytes and is small enough is sorted by comparing (McIlroy, Bostic, McIlroy
// 1993: American flag sort).
bool SortKeys(absl::Span<std::uint32_t> keys, const StopCheck* stop);
bool SortKeys(absl::Span<std::uint64_t> keys, const StopCheck* stop);

}  // namespace perfecthash
