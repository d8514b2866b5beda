#include "service/wait_reactor.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/base/error_reason.h"
#include "service/rpc/rpc_status.h"

namespace perfecthash {

void CancelForDisconnect(const ServiceParts& parts,
                         const std::shared_ptr<JobRecord>& job) {
  const auto cancel = [job] {
    job->Cancel("the call that made the job ended before it");
  };
  if (!parts.executor.Post(cancel).ok()) cancel();
}

absl::Status CallCancelledError() {
  return WithReason(absl::CancelledError("the caller has ended this call"),
                    "CALL_CANCELLED");
}

absl::Status CheckWatcherCount(const ServiceParts& parts) {
  const int limit = parts.limits.watchers_max;
  if (parts.fanout.subscriber_count() < limit) return absl::OkStatus();
  return WithMetadata(
      WithReason(absl::ResourceExhaustedError(absl::StrCat(
                     "the server has ", limit,
                     " calls that watch or wait, which is its limit; ask "
                     "GetJob now and then instead")),
                 "TOO_MANY_WATCHERS"),
      "limit", absl::StrCat(limit));
}

void WaitReactor::Fail(const absl::Status& status) {
  Finish(ToRpcStatus(status));
}

void WaitReactor::Start(std::shared_ptr<JobRecord> job, Wait wait) {
  // Once there is a waiter, OnCancel may end the call and delete this.
  WatchFanout& fanout = parts_.fanout;
  job_ = job;
  wait_ = wait;
  std::shared_ptr<JobWaiter> waiter;
  bool cancelled = false;
  {
    MutexLock lock(mutex_);
    cancelled = cancelled_;
    if (!cancelled) {
      waiter_ = std::make_shared<JobWaiter>(
          job_, JobWaiter::Options{
                    .timeout = std::min<std::chrono::nanoseconds>(wait.timeout,
                                                                  kWaitMax),
                    .after_revision = wait.after_revision,
                    .on_end = [this](absl::Status status) { End(status); }});
      waiter = waiter_;
    }
  }
  if (!cancelled) {
    fanout.Subscribe(std::move(job), std::move(waiter));
    return;
  }
  if (wait_.on_disconnect == OnDisconnect::kCancelJob) {
    CancelForDisconnect(parts_, job_);
  }
  Finish(ToRpcStatus(CallCancelledError()));
}

void WaitReactor::End(const absl::Status& status) {
  if (status.ok()) {
    job_->RefreshAttempts(std::chrono::steady_clock::now());
    job_->FillJob(response_);
  }
  Finish(ToRpcStatus(status));
}

void WaitReactor::OnCancel() {
  std::shared_ptr<JobWaiter> waiter;
  {
    MutexLock lock(mutex_);
    cancelled_ = true;
    waiter = waiter_;
  }
  if (waiter == nullptr || !waiter->Cancel()) return;
  parts_.fanout.Unsubscribe(waiter.get());
  if (wait_.on_disconnect == OnDisconnect::kCancelJob) {
    CancelForDisconnect(parts_, job_);
  }
  Finish(ToRpcStatus(CallCancelledError()));
}

}  // namespace perfecthash
