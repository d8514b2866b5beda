#pragma once

#include <chrono>

#include "cli/session.h"

namespace perfecthash {

// The pauses between attempts to go on after a broken connection: 0.2 s,
// doubled each time up to 5 s, until `limit` has passed since the last
// success. Used by one thread.
class Backoff {
 public:
  Backoff(Session& session, std::chrono::nanoseconds limit)
      : session_(session), limit_(limit) {}

  // Pauses. False when it is time to give up: the limit or --timeout has
  // passed, or the user interrupted.
  bool Wait();

  // The connection works again.
  void Reset();

 private:
  Session& session_;
  const std::chrono::nanoseconds limit_;
  std::chrono::nanoseconds waited_{0};
  std::chrono::nanoseconds pause_{std::chrono::milliseconds(200)};
};

}  // namespace perfecthash
