#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "engine/numa/memory_limit.h"

namespace perfecthash {
namespace {

// UINT64_MAX when there is no such file, or it says "max".
std::uint64_t ReadLimit(const std::string& path) {
  std::ifstream file(path);
  std::uint64_t bytes = 0;
  return file >> bytes ? bytes : UINT64_MAX;
}

// The smallest limit from `group` up to the root of its hierarchy.
std::uint64_t SmallestLimit(const std::string& root, std::string group,
                            const std::string& file) {
  std::uint64_t smallest = ReadLimit(root + "/" + file);
  while (group.size() > 1) {
    smallest = std::min(smallest, ReadLimit(root + group + "/" + file));
    group.resize(group.rfind('/'));
  }
  return smallest;
}

}  // namespace

std::uint64_t MemoryLimitBytes(const MemoryLimitPaths& paths) {
  std::uint64_t limit = static_cast<std::uint64_t>(::sysconf(_SC_PHYS_PAGES)) *
                        static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  std::ifstream membership(paths.membership);
  // "0::/group" in version 2; "4:memory:/group" in version 1.
  for (std::string line; std::getline(membership, line);) {
    const std::size_t slash = line.find('/');
    if (slash == std::string::npos) continue;
    const std::string group = line.substr(slash);
    if (line.starts_with("0::")) {
      limit = std::min(limit, SmallestLimit(paths.groups, group, "memory.max"));
    } else if (line.find(":memory:") != std::string::npos) {
      limit = std::min(limit, SmallestLimit(paths.groups + "/memory", group,
                                            "memory.limit_in_bytes"));
    }
  }
  return limit;
}

}  // namespace perfecthash
