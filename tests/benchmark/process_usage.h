#pragma once

#include <chrono>
#include <cstdint>

namespace perfecthash {

// The memory of this process that is in use, as the system counts it.
std::uint64_t ResidentBytes();

// The time that all CPUs together have spent on this process so far, in the
// kernel and for it (the kernel's own workers of an io_uring) too.
std::chrono::duration<double> CpuTime();

}  // namespace perfecthash
