#pragma once

#include <array>
#include <memory>
#include <optional>

#include "absl/status/status.h"
#include "engine/base/mutex.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/server_callback.h"
#include "perfecthash/v1/artifact.pb.h"
#include "service/service_parts.h"
#include "service/transfer/download_session.h"
#include "service/transfer/stall_timer.h"
#include "service/transfer/transfer_slots.h"

namespace perfecthash {

// The stream of one download: while one message is on its way, the executor
// reads the files of the next. Never more than these two. Deletes itself when
// the call is over.
class DownloadReactor
    : public grpc::ServerWriteReactor<v1::DownloadArtifactsResponse> {
 public:
  // All of these outlive it.
  DownloadReactor(const ServiceParts& parts,
                  grpc::CallbackServerContext* context,
                  const v1::DownloadArtifactsRequest& request);

  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

 private:
  struct Slot {
    v1::DownloadArtifactsResponse message;
    bool full = false;
  };

  // What is to be done next, decided under the lock and done without it.
  struct Step {
    const v1::DownloadArtifactsResponse* write = nullptr;
    bool read = false;
    std::optional<absl::Status> finish;
  };

  void Read();
  absl::Status FillMessage(v1::DownloadArtifactsResponse* message);
  Step NextStep() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Do(const Step& step);
  void OnStall();

  const ServiceParts& parts_;
  grpc::CallbackServerContext* const context_;
  const v1::DownloadArtifactsRequest& request_;
  std::optional<TransferSlots::Slot> transfer_;
  const std::shared_ptr<StallTimer> timer_;
  std::unique_ptr<DownloadSession> session_;  // the executor's

  Mutex mutex_;
  std::array<Slot, 2> slots_ ABSL_GUARDED_BY(mutex_);
  std::size_t next_read_ ABSL_GUARDED_BY(mutex_) = 0;
  std::size_t next_write_ ABSL_GUARDED_BY(mutex_) = 0;
  bool reading_ ABSL_GUARDED_BY(mutex_) = false;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
  // OnStall has been called or is about to be; it has broken off the call.
  bool stalled_ ABSL_GUARDED_BY(mutex_) = false;
  bool broken_off_ ABSL_GUARDED_BY(mutex_) = false;
  // Set when there is nothing more to read, and why.
  std::optional<absl::Status> end_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace perfecthash
