#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <thread>
#include <utility>
#include <vector>

#include "cli/exit_code.h"
#include "cli/interrupt.h"
#include "engine/base/mutex.h"
#include "engine/base/os_error.h"
#include "engine/base/unique_handle.h"

namespace perfecthash {
namespace {

// SIGINT is blocked in every thread and read from a signalfd by one: there is
// no signal handler, hence no global state and no async-signal rules.
class SignalInterrupt final : public Interrupt {
 public:
  SignalInterrupt(UniqueHandle signals, UniqueHandle stop)
      : signals_(std::move(signals)),
        stop_(std::move(stop)),
        listener_([this] { Listen(); }) {}

  ~SignalInterrupt() override {
    ::eventfd_write(static_cast<int>(stop_.get()), 1);
    listener_.join();
  }

  bool pending() const override {
    MutexLock lock(mutex_);
    return pending_;
  }

  bool WaitFor(std::chrono::nanoseconds duration) override {
    const auto deadline = std::chrono::steady_clock::now() + duration;
    MutexLock lock(mutex_);
    while (!pending_) {
      if (!came_.WaitUntil(mutex_, deadline)) return pending_;
    }
    return true;
  }

 private:
  void Enter(const std::function<void()>* react) override {
    MutexLock lock(mutex_);
    if (pending_) (*react)();
    reactions_.push_back(react);
  }

  void Leave(const std::function<void()>* react) override {
    MutexLock lock(mutex_);  // reactions run under it
    reactions_.erase(std::find(reactions_.begin(), reactions_.end(), react));
  }

  void Listen() {
    std::array<pollfd, 2> sources = {{
        {static_cast<int>(signals_.get()), POLLIN, 0},
        {static_cast<int>(stop_.get()), POLLIN, 0},
    }};
    while (true) {
      if (::poll(sources.data(), sources.size(), -1) < 0) continue;  // EINTR
      if (sources[1].revents != 0) return;
      signalfd_siginfo signal;
      const ssize_t size = ::read(sources[0].fd, &signal, sizeof(signal));
      if (size == static_cast<ssize_t>(sizeof(signal))) React();
    }
  }

  void React() {
    MutexLock lock(mutex_);
    if (pending_) ::_exit(static_cast<int>(ExitCode::kInterrupted));
    pending_ = true;
    for (const std::function<void()>* react : reactions_) (*react)();
    came_.NotifyAll();
  }

  const UniqueHandle signals_;
  const UniqueHandle stop_;
  mutable Mutex mutex_;
  Condition came_;
  bool pending_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<const std::function<void()>*> reactions_ ABSL_GUARDED_BY(mutex_);
  std::thread listener_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Interrupt>> Interrupt::Install() {
  ::signal(SIGPIPE, SIG_IGN);
  sigset_t set;
  ::sigemptyset(&set);
  ::sigaddset(&set, SIGINT);
  if (const int error = ::pthread_sigmask(SIG_BLOCK, &set, nullptr)) {
    return OsErrorToStatus(error, "block SIGINT");
  }
  UniqueHandle signals(::signalfd(-1, &set, SFD_CLOEXEC));
  if (!signals.valid()) return OsErrorToStatus(errno, "open a signalfd");
  UniqueHandle stop(::eventfd(0, EFD_CLOEXEC));
  if (!stop.valid()) return OsErrorToStatus(errno, "open an eventfd");
  return std::make_unique<SignalInterrupt>(std::move(signals), std::move(stop));
}

}  // namespace perfecthash
