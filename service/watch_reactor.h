#pragma once

#include <memory>

#include "absl/status/status.h"
#include "engine/base/mutex.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/server_callback.h"
#include "perfecthash/v1/job.pb.h"
#include "service/service_parts.h"
#include "service/watch/watch_stream.h"

namespace perfecthash {

// The stream of one watch. Owned by the call; deletes itself when the call is
// over. It only carries messages; what to send when is WatchStream's.
class WatchReactor : public grpc::ServerWriteReactor<v1::WatchJobResponse>,
                     public WatchSink {
 public:
  // Both outlive it.
  WatchReactor(const ServiceParts& parts, grpc::CallbackServerContext* context)
      : parts_(parts), context_(context) {}

  enum class OnDisconnect { kLeaveJob, kCancelJob };
  // Exactly one of these is called, once.
  void Start(const std::shared_ptr<JobRecord>& job,
             WatchStream::Options options, OnDisconnect on_disconnect);
  void Fail(const absl::Status& status);

  // Whether the caller has gone before Start.
  bool cancelled();

  // WatchSink.
  void Write(const v1::WatchJobResponse& message) override;
  void WriteLast(const v1::WatchJobResponse& message,
                 absl::Status status) override;
  void Abort(absl::Status status) override;

  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override { delete this; }

 private:
  // True for the one that ends the call.
  bool TakeEnd();
  void EndForDisconnect();
  void CancelJobIfTied();

  const ServiceParts& parts_;
  grpc::CallbackServerContext* const context_;
  Mutex mutex_;
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
  OnDisconnect on_disconnect_ ABSL_GUARDED_BY(mutex_) = OnDisconnect::kLeaveJob;
  std::shared_ptr<JobRecord> job_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<WatchStream> stream_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace perfecthash
