#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>

#include "engine/base/check.h"
#include "service/process/shutdown_signal.h"

namespace perfecthash {

ShutdownSignal::ShutdownSignal() {
  std::signal(SIGPIPE, SIG_IGN);
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  CHECK(::pthread_sigmask(SIG_BLOCK, &signals, nullptr) == 0);
  signals_.Reset(::signalfd(-1, &signals, SFD_CLOEXEC));
  interrupted_.Reset(::eventfd(0, EFD_CLOEXEC));
  CHECK(signals_.valid() && interrupted_.valid());
}

int ShutdownSignal::Wait(std::optional<std::chrono::milliseconds> timeout) {
  const int timeout_ms =
      timeout.has_value() ? static_cast<int>(timeout->count()) : -1;
  std::array<pollfd, 2> ready{
      pollfd{static_cast<int>(signals_.get()), POLLIN, 0},
      pollfd{static_cast<int>(interrupted_.get()), POLLIN, 0}};
  int ready_count = -1;
  while (ready_count < 0) {
    ready_count = ::poll(ready.data(), ready.size(), timeout_ms);
    CHECK(ready_count >= 0 || errno == EINTR);
  }
  if (ready_count == 0) return kTimeout;
  if (ready[0].revents == 0) return kInterrupted;
  signalfd_siginfo signal{};
  const ssize_t size =
      ::read(static_cast<int>(signals_.get()), &signal, sizeof(signal));
  CHECK(size == sizeof(signal));
  return static_cast<int>(signal.ssi_signo);
}

void ShutdownSignal::Interrupt() {
  const std::uint64_t one = 1;
  CHECK(::write(static_cast<int>(interrupted_.get()), &one, sizeof(one)) ==
        sizeof(one));
}

void ExitNow(int code) { ::_exit(code); }

}  // namespace perfecthash
