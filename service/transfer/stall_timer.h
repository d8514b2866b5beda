#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "absl/status/status.h"
#include "engine/base/mutex.h"
#include "grpcpp/alarm.h"

namespace perfecthash {

// Bounds how long a transfer waits for its peer to send or take the next
// message: a living peer that does neither must not keep its place for ever.
// Owned by a shared_ptr, as its alarm may go off when the call is over.
// Thread-safe.
class StallTimer : public std::enable_shared_from_this<StallTimer> {
 public:
  // Zero = no limit. `on_stall` is called at most once, and not after an
  // EndTurn that was true.
  StallTimer(std::chrono::nanoseconds limit, std::function<void()> on_stall);

  // The peer's turn begins, and ends. False: it took too long, and on_stall is
  // being called or has been.
  void BeginTurn();
  bool EndTurn();
  // The call is over.
  void Stop();

 private:
  using Clock = std::chrono::steady_clock;

  void SetAlarm(std::chrono::nanoseconds from_now)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void OnAlarm();
  // Whether the peer has stalled by now; sets the next alarm if not.
  bool HasStalled();

  const std::chrono::nanoseconds limit_;
  const std::function<void()> on_stall_;
  Mutex mutex_;
  // One that is set covers many short turns, and is set anew when it goes off.
  std::unique_ptr<grpc::Alarm> alarm_ ABSL_GUARDED_BY(mutex_);
  bool is_peers_turn_ ABSL_GUARDED_BY(mutex_) = false;
  bool has_stalled_ ABSL_GUARDED_BY(mutex_) = false;
  bool is_stopped_ ABSL_GUARDED_BY(mutex_) = false;
  Clock::time_point turn_began_ ABSL_GUARDED_BY(mutex_);
};

// ResourceExhausted TRANSFER_STALLED.
absl::Status TransferStalledError(std::chrono::nanoseconds limit);

}  // namespace perfecthash
