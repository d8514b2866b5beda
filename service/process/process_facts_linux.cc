#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <system_error>

#include "engine/base/os_error.h"
#include "service/process/process_facts.h"

namespace perfecthash {
namespace {

// Whether a thread's line of /proc/.../stat is that of a kernel's helper for an
// io_uring. By its flags: before it has a name of its own it bears that of the
// thread that it works for.
bool IsKernelWorker(const std::string& stat) {
  constexpr unsigned kIoWorker = 0x10;  // PF_IO_WORKER
  // After the name, which may contain anything: state, five numbers, the flags.
  std::istringstream fields(stat.substr(stat.rfind(')') + 1));
  std::string skipped;
  for (int i = 0; i < 6; ++i) fields >> skipped;
  unsigned flags = 0;
  fields >> flags;
  return (flags & kIoWorker) != 0;
}

int CountOwnThreads() {
  int count = 0;
  std::error_code error;
  for (std::filesystem::directory_iterator task("/proc/self/task", error), end;
       !error && task != end; task.increment(error)) {
    std::string stat;
    std::ifstream file(task->path() / "stat");
    std::getline(file, stat);  // empty if it ended meanwhile
    if (!stat.empty() && !IsKernelWorker(stat)) ++count;
  }
  return count;
}

}  // namespace

absl::StatusOr<ProcessFacts> ReadProcessFacts() {
  std::ifstream status("/proc/self/status");
  if (!status.is_open())
    return OsErrorToStatus(errno, "read /proc/self/status");
  ProcessFacts facts;
  facts.thread_count = CountOwnThreads();
  for (std::string line; std::getline(status, line);) {
    std::istringstream words(line);
    std::string key;
    std::uint64_t value = 0;
    words >> key >> value;
    if (key == "VmRSS:") facts.memory_resident_bytes = value * 1024;
  }
  return facts;
}

absl::StatusOr<std::uint64_t> RaiseOpenFileLimit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) {
    return OsErrorToStatus(errno, "read the limit of open files");
  }
  limit.rlim_cur = limit.rlim_max;
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) {
    return OsErrorToStatus(errno, "raise the limit of open files");
  }
  return static_cast<std::uint64_t>(limit.rlim_cur);
}

std::uint64_t PhysicalMemoryBytes() {
  return static_cast<std::uint64_t>(::sysconf(_SC_PHYS_PAGES)) *
         static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

void ReturnFreeMemory() { ::malloc_trim(0); }

}  // namespace perfecthash
