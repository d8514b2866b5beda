#pragma once

#include <cstddef>

namespace perfecthash {

// Memory is asked for in multiples of this, and aligned to it, where huge pages
// are wanted.
inline constexpr std::size_t kHugePageBytes = std::size_t{2} << 20;

// Asks the system to back untouched memory with huge pages, which make random
// access to large arrays cheaper. A hint: nothing happens where it cannot.
// `memory` is aligned to kHugePageBytes. Thread-safe.
void PreferHugePages(void* memory, std::size_t bytes);

}  // namespace perfecthash
