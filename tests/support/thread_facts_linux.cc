#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

#include "tests/support/thread_facts.h"

namespace perfecthash {
namespace {

std::string FirstLine(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

// Whether the kernel started it for an io_uring. By its flags: before it has a
// name of its own it bears that of the thread that it works for.
bool IsKernelWorker(const std::filesystem::path& thread) {
  constexpr unsigned kIoWorker = 0x10;  // PF_IO_WORKER
  const std::string stat = FirstLine(thread / "stat");
  // After the name, which may contain anything: state, five numbers, the flags.
  std::istringstream fields(stat.substr(stat.rfind(')') + 1));
  std::string skipped;
  for (int i = 0; i < 6; ++i) fields >> skipped;
  unsigned flags = 0;
  fields >> flags;
  return (flags & kIoWorker) != 0;
}

}  // namespace

std::string ThreadName() {
  char name[32] = {};
  pthread_getname_np(pthread_self(), name, sizeof(name));
  return name;
}

std::set<int> ThreadCpus() {
  std::set<int> cpus;
  cpu_set_t allowed;
  if (::sched_getaffinity(0, sizeof(allowed), &allowed) != 0) return cpus;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(cpu, &allowed)) cpus.insert(cpu);
  }
  return cpus;
}

int ThreadNice() {
  return ::getpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()));
}

int ThreadCount() {
  const std::filesystem::directory_iterator threads("/proc/self/task");
  return static_cast<int>(std::distance(begin(threads), end(threads)));
}

int NamedThreadCount() {
  const std::string own = FirstLine("/proc/self/comm");
  int count = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator("/proc/self/task")) {
    const std::string name = FirstLine(entry.path() / "comm");
    if (name.empty()) continue;  // it has just ended
    if (name != own && !IsKernelWorker(entry.path())) ++count;
  }
  return count;
}

}  // namespace perfecthash
