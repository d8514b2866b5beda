#pragma once

#include <cstdint>

#include "absl/status/statusor.h"

namespace perfecthash {

// What the operating system knows about this process.
struct ProcessFacts {
  // Threads that this program started. The kernel's own helpers of an io_uring
  // are listed with them by the system, come and go with the files at hand,
  // and are not counted.
  int thread_count = 0;
  std::uint64_t memory_resident_bytes = 0;
};

// Reads the file system: not for gRPC's threads.
absl::StatusOr<ProcessFacts> ReadProcessFacts();

// Raises the limit of open files as far as this user may; returns it. Running
// out of them stops gRPC 1.51 from accepting connections for good.
absl::StatusOr<std::uint64_t> RaiseOpenFileLimit();

std::uint64_t PhysicalMemoryBytes();

// Gives the system what the allocator holds but nobody uses. Takes some
// milliseconds: for when much was freed.
void ReturnFreeMemory();

}  // namespace perfecthash
