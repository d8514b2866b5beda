#include "service/download_reactor.h"

#include <utility>

#include "engine/base/status_macros.h"
#include "service/rpc/rpc_status.h"
#include "service/wait_reactor.h"

namespace perfecthash {

DownloadReactor::DownloadReactor(const ServiceParts& parts,
                                 grpc::CallbackServerContext* context,
                                 const v1::DownloadArtifactsRequest& request)
    : parts_(parts),
      context_(context),
      request_(request),
      timer_(std::make_shared<StallTimer>(parts.limits.transfer_stall_max,
                                          [this] { OnStall(); })) {
  auto transfer = parts_.downloads.Take();
  if (transfer.ok()) transfer_.emplace(*std::move(transfer));
  Step step;
  {
    MutexLock lock(mutex_);
    if (!transfer_.has_value()) end_ = transfer.status();
    step = NextStep();
  }
  Do(step);
}

DownloadReactor::Step DownloadReactor::NextStep() {
  Step step;
  if (finished_) return step;
  Slot& writable = slots_[next_write_ % slots_.size()];
  const bool failed = end_.has_value() && !end_->ok();
  if (!writing_ && writable.full && !failed) {
    writing_ = true;
    step.write = &writable.message;
  }
  if (!reading_ && !end_.has_value() &&
      !slots_[next_read_ % slots_.size()].full) {
    reading_ = true;
    step.read = true;
  }
  // The call may end, and this object with it, only when nobody is at work.
  const bool idle = !reading_ && !writing_ && (broken_off_ || !stalled_);
  if (end_.has_value() && idle && (failed || !writable.full)) {
    finished_ = true;
    step.finish = *end_;
  }
  return step;
}

void DownloadReactor::Do(const Step& step) {
  if (step.finish.has_value()) return Finish(ToRpcStatus(*step.finish));
  // The write last: once it is started, its reaction may end the call.
  if (step.read) {
    const absl::Status posted = parts_.executor.Post([this] { Read(); });
    if (!posted.ok()) {
      Step next;
      {
        MutexLock lock(mutex_);
        reading_ = false;
        if (!end_.has_value()) end_ = posted;
        if (step.write != nullptr) writing_ = false;
        next = NextStep();
      }
      return Do(next);
    }
  }
  if (step.write == nullptr) return;
  timer_->BeginTurn();
  StartWrite(step.write);
}

void DownloadReactor::Read() {
  Slot* slot = nullptr;
  bool ended = false;
  {
    MutexLock lock(mutex_);
    slot = &slots_[next_read_ % slots_.size()];
    ended = end_.has_value();
  }
  const absl::Status status =
      ended ? absl::OkStatus() : FillMessage(&slot->message);
  Step step;
  {
    MutexLock lock(mutex_);
    reading_ = false;
    if (!end_.has_value()) {
      if (status.ok() && slot->message.parts_size() > 0) {
        slot->full = true;
        ++next_read_;
      } else {
        end_ = status;
      }
    }
    step = NextStep();
  }
  Do(step);
}

absl::Status DownloadReactor::FillMessage(
    v1::DownloadArtifactsResponse* message) {
  if (session_ == nullptr) {
    ASSIGN_OR_RETURN(session_, DownloadSession::Create(parts_.jobs, request_));
  }
  return session_->Next(message);
}

// A receiver that takes nothing would not take the status either, so the call
// is broken off, which ends the write.
void DownloadReactor::OnStall() {
  context_->TryCancel();
  Step step;
  {
    MutexLock lock(mutex_);
    stalled_ = true;
    broken_off_ = true;
    end_ = TransferStalledError(parts_.limits.transfer_stall_max);
    step = NextStep();
  }
  Do(step);
}

void DownloadReactor::OnDone() {
  timer_->Stop();
  delete this;
}

void DownloadReactor::OnWriteDone(bool ok) {
  const bool in_time = timer_->EndTurn();
  Step step;
  {
    MutexLock lock(mutex_);
    stalled_ = !in_time;
    writing_ = false;
    Slot& slot = slots_[next_write_++ % slots_.size()];
    slot.full = false;
    slot.message.Clear();
    if (!ok && !end_.has_value()) end_ = CallCancelledError();
    step = NextStep();
  }
  Do(step);
}

void DownloadReactor::OnCancel() {
  Step step;
  {
    MutexLock lock(mutex_);
    end_ = CallCancelledError();
    step = NextStep();
  }
  Do(step);
}

}  // namespace perfecthash
