#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "engine/base/os_error.h"
#include "engine/numa/thread.h"

namespace perfecthash {

void NameThread(const std::string& name) {
  constexpr std::size_t kNameBytesMax = 15;
  pthread_setname_np(pthread_self(), name.substr(0, kNameBytesMax).c_str());
}

absl::Status LowerThreadPriority(int steps) {
  // On Linux the nice value belongs to a thread, whatever POSIX says.
  const auto thread = static_cast<id_t>(::gettid());
  errno = 0;
  const int nice = ::getpriority(PRIO_PROCESS, thread);
  if (nice == -1 && errno != 0) {
    return OsErrorToStatus(errno, "read a thread's priority");
  }
  constexpr int kNiceMax = 19;
  if (::setpriority(PRIO_PROCESS, thread, std::min(nice + steps, kNiceMax)) !=
      0) {
    return OsErrorToStatus(errno, "lower a thread's priority");
  }
  return absl::OkStatus();
}

absl::Status RunThreadInBatches() {
  const sched_param parameters = {};
  if (::sched_setscheduler(0, SCHED_BATCH, &parameters) != 0) {
    return OsErrorToStatus(errno, "have a thread run in batches");
  }
  return absl::OkStatus();
}

}  // namespace perfecthash
