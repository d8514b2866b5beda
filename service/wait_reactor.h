#pragma once

#include <chrono>
#include <cstdint>
#include <memory>

#include "absl/status/status.h"
#include "engine/base/mutex.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/server_callback.h"
#include "perfecthash/v1/job.pb.h"
#include "service/service_parts.h"
#include "service/watch/job_waiter.h"

namespace perfecthash {

inline constexpr std::chrono::seconds kWaitDefault{60};
inline constexpr std::chrono::minutes kWaitMax{10};

// A unary call that is answered with a job once something has happened to it.
// Owned by the call; deletes itself when the call is over.
class WaitReactor : public grpc::ServerUnaryReactor {
 public:
  // `response` is the call's; `parts` outlive it.
  WaitReactor(const ServiceParts& parts, v1::Job* response)
      : parts_(parts), response_(response) {}

  enum class OnDisconnect { kLeaveJob, kCancelJob };
  struct Wait {
    std::chrono::nanoseconds timeout{0};
    std::int64_t after_revision = 0;
    OnDisconnect on_disconnect = OnDisconnect::kLeaveJob;
  };
  // Exactly one of these is called, once.
  void Start(std::shared_ptr<JobRecord> job, Wait wait);
  void Fail(const absl::Status& status);

  void OnCancel() override;
  void OnDone() override { delete this; }

 private:
  void End(const absl::Status& status);

  const ServiceParts& parts_;
  v1::Job* const response_;
  std::shared_ptr<JobRecord> job_;
  Wait wait_;
  Mutex mutex_;
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  // Set while the job is waited for; it decides who ends the call.
  std::shared_ptr<JobWaiter> waiter_ ABSL_GUARDED_BY(mutex_);
};

// Cancels a job whose caller has gone, without holding up gRPC's thread.
void CancelForDisconnect(const ServiceParts& parts,
                         const std::shared_ptr<JobRecord>& job);

absl::Status CallCancelledError();

// ResourceExhausted TOO_MANY_WATCHERS when no more calls may wait or watch. To
// be asked before the call has made anything.
absl::Status CheckWatcherCount(const ServiceParts& parts);

}  // namespace perfecthash
