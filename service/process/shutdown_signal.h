#pragma once

#include <chrono>
#include <optional>

#include "engine/base/unique_handle.h"

namespace perfecthash {

// SIGTERM and SIGINT as something that the main thread waits for. Made before
// any other thread, so that all of them leave these signals alone. SIGPIPE is
// ignored from then on.
// Wait is the main thread's; Interrupt is thread-safe.
class ShutdownSignal {
 public:
  ShutdownSignal();

  static constexpr int kInterrupted = 0;
  static constexpr int kTimeout = -1;
  // The signal's number, or one of these.
  int Wait(std::optional<std::chrono::milliseconds> timeout = std::nullopt);
  // Ends the wait.
  void Interrupt();

 private:
  UniqueHandle signals_;
  UniqueHandle interrupted_;
};

// Ends the process at once, without destructors.
[[noreturn]] void ExitNow(int code);

}  // namespace perfecthash
