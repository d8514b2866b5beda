#include <unistd.h>

#include <fstream>

#include "tests/benchmark/resident_memory.h"

namespace perfecthash {

std::uint64_t ResidentBytes() {
  std::uint64_t pages = 0;
  std::uint64_t resident = 0;
  std::ifstream("/proc/self/statm") >> pages >> resident;
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace perfecthash
