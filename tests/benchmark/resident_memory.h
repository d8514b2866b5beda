#pragma once

#include <cstdint>

namespace perfecthash {

// The memory of this process that is in use, as the system counts it.
std::uint64_t ResidentBytes();

}  // namespace perfecthash
