#include "service/upload_reactor.h"

#include "service/rpc/rpc_status.h"
#include "service/wait_reactor.h"

namespace perfecthash {

UploadReactor::UploadReactor(const ServiceParts& parts,
                             grpc::CallbackServerContext* context,
                             v1::UploadKeySetsResponse* response)
    : parts_(parts),
      context_(context),
      response_(response),
      timer_(std::make_shared<StallTimer>(
          parts.limits.transfer_stall_max,
          [this] {
            Finish(ToRpcStatus(
                TransferStalledError(parts_.limits.transfer_stall_max)));
          })),
      session_(parts.key_sets) {
  auto slot = parts_.uploads.Take();
  if (!slot.ok()) {
    Finish(ToRpcStatus(slot.status()));
    return;
  }
  slot_.emplace(*std::move(slot));
  Read();
}

void UploadReactor::Read() {
  timer_->BeginTurn();
  StartRead(&request_);
}

void UploadReactor::OnDone() {
  timer_->Stop();
  delete this;
}

void UploadReactor::OnReadDone(bool ok) {
  if (!timer_->EndTurn()) return;  // the call has ended
  const absl::Status posted =
      parts_.executor.Post([this, ok] { ok ? Consume() : End(); });
  if (!posted.ok()) Finish(ToRpcStatus(posted));
}

void UploadReactor::Consume() {
  const absl::Status status = session_.Consume(request_);
  if (!status.ok()) return Finish(ToRpcStatus(status));
  request_.Clear();
  Read();
}

void UploadReactor::End() {
  // A stream that was broken off looks like one that ended, but for this.
  if (context_->IsCancelled()) {
    return Finish(ToRpcStatus(CallCancelledError()));
  }
  const absl::Status status = session_.Finish();
  if (status.ok()) *response_ = session_.response();
  Finish(ToRpcStatus(status));
}

}  // namespace perfecthash
