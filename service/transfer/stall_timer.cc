#include "service/transfer/stall_timer.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "engine/base/error_reason.h"
#include "grpc/support/time.h"
#include "service/rpc/rpc_status.h"

namespace perfecthash {

StallTimer::StallTimer(std::chrono::nanoseconds limit,
                       std::function<void()> on_stall)
    : limit_(limit), on_stall_(std::move(on_stall)) {}

void StallTimer::SetAlarm(std::chrono::nanoseconds from_now) {
  // A new one: this may be called by the one that went off.
  alarm_ = std::make_unique<grpc::Alarm>();
  const gpr_timespec at =
      gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC),
                   gpr_time_from_nanos(from_now.count(), GPR_TIMESPAN));
  alarm_->Set(at, [self = shared_from_this()](bool went_off) {
    if (went_off) self->OnAlarm();
  });
}

void StallTimer::BeginTurn() {
  if (limit_.count() == 0) return;
  MutexLock lock(mutex_);
  is_peers_turn_ = true;
  turn_began_ = Clock::now();
  if (alarm_ == nullptr && !is_stopped_) SetAlarm(limit_);
}

bool StallTimer::EndTurn() {
  MutexLock lock(mutex_);
  is_peers_turn_ = false;
  return !has_stalled_;
}

void StallTimer::Stop() {
  MutexLock lock(mutex_);
  is_stopped_ = true;
  alarm_ = nullptr;
}

bool StallTimer::HasStalled() {
  MutexLock lock(mutex_);
  alarm_ = nullptr;
  if (is_stopped_ || !is_peers_turn_) return false;
  const std::chrono::nanoseconds waited = Clock::now() - turn_began_;
  if (waited < limit_) {
    SetAlarm(limit_ - waited);
    return false;
  }
  has_stalled_ = true;
  return true;
}

void StallTimer::OnAlarm() {
  if (HasStalled()) on_stall_();
}

absl::Status TransferStalledError(std::chrono::nanoseconds limit) {
  return WithReason(
      absl::ResourceExhaustedError(absl::StrCat(
          "this transfer has waited ",
          absl::FormatDuration(absl::FromChrono(limit)),
          " for its client, the server's limit; begin it again: what was "
          "uploaded stays")),
      "TRANSFER_STALLED");
}

}  // namespace perfecthash
