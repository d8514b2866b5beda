#pragma once

#include <cstdint>
#include <string>

namespace perfecthash {

// Where the limits of control groups are found; tests make up their own.
struct MemoryLimitPaths {
  std::string membership = "/proc/self/cgroup";
  std::string groups = "/sys/fs/cgroup";
};

// The bytes of memory that this process may use: those of the machine, or
// fewer where a container (its control group, or one above it) says so.
std::uint64_t MemoryLimitBytes(const MemoryLimitPaths& paths = {});

}  // namespace perfecthash
