#pragma once

#include <memory>
#include <optional>

#include "absl/status/status.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/server_callback.h"
#include "perfecthash/v1/key_set.pb.h"
#include "service/service_parts.h"
#include "service/transfer/stall_timer.h"
#include "service/transfer/transfer_slots.h"
#include "service/transfer/upload_session.h"

namespace perfecthash {

// The stream of one upload. One message is read, then worked on by the
// executor, and only then the next is read: that is its whole memory, and the
// sender feels it as flow control. Deletes itself when the call is over.
class UploadReactor : public grpc::ServerReadReactor<v1::UploadKeySetsRequest> {
 public:
  // All of these outlive it.
  UploadReactor(const ServiceParts& parts, grpc::CallbackServerContext* context,
                v1::UploadKeySetsResponse* response);

  void OnReadDone(bool ok) override;
  void OnDone() override;

 private:
  void Read();
  void Consume();
  void End();

  const ServiceParts& parts_;
  grpc::CallbackServerContext* const context_;
  v1::UploadKeySetsResponse* const response_;
  std::optional<TransferSlots::Slot> slot_;
  const std::shared_ptr<StallTimer> timer_;
  UploadSession session_;
  v1::UploadKeySetsRequest request_;
};

}  // namespace perfecthash
