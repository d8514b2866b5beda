#include <windows.h>

// After windows.h, which it needs.
#include <psapi.h>

#include "tests/benchmark/resident_memory.h"

namespace perfecthash {

std::uint64_t ResidentBytes() {
  PROCESS_MEMORY_COUNTERS counters = {};
  ::K32GetProcessMemoryInfo(::GetCurrentProcess(), &counters, sizeof(counters));
  return counters.WorkingSetSize;
}

}  // namespace perfecthash
