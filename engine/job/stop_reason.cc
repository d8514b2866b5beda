#include "engine/job/stop_reason.h"

#include <chrono>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "engine/base/error_reason.h"

namespace perfecthash {
namespace {

absl::Status Cancelled(const std::string& why, const char* reason) {
  return WithReason(absl::CancelledError(why), reason);
}

std::string Text(std::chrono::nanoseconds duration) {
  return absl::FormatDuration(absl::FromChrono(duration));
}

}  // namespace

absl::Status CancelledOnRequest() {
  return Cancelled("the job was cancelled", "CANCELLED");
}

absl::Status CancelledByStop() {
  return Cancelled("the engine is stopping", "STOPPING");
}

absl::Status CancelledByFailure() {
  return Cancelled("another table of the job failed", "STOPPED_ON_FAILURE");
}

absl::Status CancelledByTimeout(const QueuedJob& job) {
  const QueuedJob::Options& options = job.options();
  if (job.expired() == QueuedJob::Expiry::kQueue) {
    return Cancelled(
        absl::StrCat("no table of the job had started in ",
                     Text(options.queue_timeout), ", its queue_timeout"),
        "QUEUE_TIMEOUT");
  }
  return Cancelled(
      absl::StrCat("the job had not ended in ", Text(options.execution_timeout),
                   ", its execution_timeout"),
      "EXECUTION_TIMEOUT");
}

absl::Status ErrorToTell(const absl::Status& status,
                         const absl::Status& stop_reason) {
  const std::string reason = ReasonOf(status);
  if (!absl::IsCancelled(status)) {
    return reason.empty() ? WithReason(status, "INTERNAL") : status;
  }
  if (!stop_reason.ok()) return stop_reason;
  return WithReason(
      absl::AbortedError(std::string(status.message())),
      reason.empty() || reason == "CANCELLED" ? "INTERRUPTED" : reason);
}

}  // namespace perfecthash
