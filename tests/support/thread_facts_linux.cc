#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/support/thread_facts.h"

namespace perfecthash {
namespace {

std::string FirstLine(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
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
    if (name.rfind("iou-", 0) != 0 && name != own) ++count;
  }
  return count;
}

}  // namespace perfecthash
