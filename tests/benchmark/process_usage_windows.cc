#include <windows.h>

// After windows.h, which it needs.
#include <psapi.h>

#include "tests/benchmark/process_usage.h"

namespace perfecthash {
namespace {

std::chrono::duration<double> Seconds(const FILETIME& time) {
  constexpr double kUnit = 1e-7;
  const double high = static_cast<double>(time.dwHighDateTime) * 4294967296.0;
  return std::chrono::duration<double>(
      (high + static_cast<double>(time.dwLowDateTime)) * kUnit);
}

}  // namespace

std::uint64_t ResidentBytes() {
  PROCESS_MEMORY_COUNTERS counters = {};
  ::K32GetProcessMemoryInfo(::GetCurrentProcess(), &counters, sizeof(counters));
  return counters.WorkingSetSize;
}

std::chrono::duration<double> CpuTime() {
  FILETIME created, exited, kernel, user;
  ::GetProcessTimes(::GetCurrentProcess(), &created, &exited, &kernel, &user);
  return Seconds(kernel) + Seconds(user);
}

}  // namespace perfecthash
