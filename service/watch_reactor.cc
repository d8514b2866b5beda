#include "service/watch_reactor.h"

#include <utility>

#include "service/rpc/rpc_status.h"
#include "service/wait_reactor.h"

namespace perfecthash {

bool WatchReactor::TakeEnd() {
  MutexLock lock(mutex_);
  return !std::exchange(ended_, true);
}

bool WatchReactor::cancelled() {
  MutexLock lock(mutex_);
  return cancelled_;
}

void WatchReactor::Fail(const absl::Status& status) {
  if (TakeEnd()) Finish(ToRpcStatus(status));
}

void WatchReactor::Start(const std::shared_ptr<JobRecord>& job,
                         WatchStream::Options options,
                         OnDisconnect on_disconnect) {
  // Once there is a stream, OnCancel may end the call and delete this.
  WatchFanout& fanout = parts_.fanout;
  auto stream = std::make_shared<WatchStream>(job, options, this);
  bool cancelled = false;
  {
    MutexLock lock(mutex_);
    on_disconnect_ = on_disconnect;
    job_ = job;
    cancelled = cancelled_;
    if (!cancelled) stream_ = stream;
  }
  if (cancelled) return EndForDisconnect();
  fanout.Subscribe(job, std::move(stream));
}

void WatchReactor::Write(const v1::WatchJobResponse& message) {
  StartWrite(&message);
}

void WatchReactor::WriteLast(const v1::WatchJobResponse& message,
                             absl::Status status) {
  if (!TakeEnd()) return;
  StartWriteAndFinish(&message, grpc::WriteOptions(), ToRpcStatus(status));
}

void WatchReactor::Abort(absl::Status status) {
  if (!TakeEnd()) return;
  CancelJobIfTied();
  // A receiver that takes nothing would not take the status either.
  context_->TryCancel();
  Finish(ToRpcStatus(status));
}

void WatchReactor::OnWriteDone(bool ok) {
  if (!ok) return;  // OnCancel ends the call
  std::shared_ptr<WatchStream> stream;
  {
    MutexLock lock(mutex_);
    stream = stream_;
  }
  stream->OnWritten();
  parts_.fanout.Wake(stream.get());
}

void WatchReactor::OnCancel() {
  std::shared_ptr<WatchStream> stream;
  {
    MutexLock lock(mutex_);
    cancelled_ = true;
    if (job_ == nullptr) return;  // Start or Fail is yet to come
    stream = stream_;
  }
  // Here, not in OnDone, which may come much later when a write is stuck.
  if (stream != nullptr) {
    stream->Detach();
    parts_.fanout.Unsubscribe(stream.get());
  }
  EndForDisconnect();
}

void WatchReactor::EndForDisconnect() {
  if (!TakeEnd()) return;
  CancelJobIfTied();
  Finish(ToRpcStatus(CallCancelledError()));
}

void WatchReactor::CancelJobIfTied() {
  std::shared_ptr<JobRecord> job;
  {
    MutexLock lock(mutex_);
    if (on_disconnect_ == OnDisconnect::kCancelJob) job = job_;
  }
  if (job != nullptr) CancelForDisconnect(parts_, job);
}

}  // namespace perfecthash
