#include "service/watch/job_waiter.h"

#include <utility>

#include "engine/base/error_reason.h"

namespace perfecthash {

JobWaiter::JobWaiter(std::shared_ptr<JobRecord> job, Options options)
    : job_(std::move(job)), options_(std::move(options)) {}

bool JobWaiter::Cancel() {
  MutexLock lock(mutex_);
  return !std::exchange(ended_, true);
}

void JobWaiter::End(absl::Status status) {
  MutexLock lock(mutex_);
  if (!std::exchange(ended_, true)) options_.on_end(std::move(status));
}

std::optional<JobSubscriber::Next> JobWaiter::Turn(TimePoint now) {
  {
    MutexLock lock(mutex_);
    if (ended_) return std::nullopt;  // cancelled before it was subscribed
  }
  if (!deadline_.has_value()) deadline_ = now + options_.timeout;
  const JobRecord::View view = job_->GetView();
  const bool changed =
      options_.after_revision > 0 && view.revision > options_.after_revision;
  if (view.finished || changed || now >= *deadline_) {
    End(absl::OkStatus());
    return std::nullopt;
  }
  Next next{.at = *deadline_};
  if (options_.after_revision == 0) next.not_before = *deadline_;
  return next;
}

bool JobWaiter::OnStopping() {
  End(WithReason(
      absl::UnavailableError("the server is stopping; its jobs end with it"),
      "STOPPING"));
  return true;
}

}  // namespace perfecthash
