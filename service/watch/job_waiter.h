#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "absl/status/status.h"
#include "engine/base/mutex.h"
#include "service/job/job_record.h"
#include "service/watch/job_subscriber.h"

namespace perfecthash {

// Waits, without a thread, until a job has finished, or has changed past a
// revision, or the time is over; then calls `on_end` once.
// Cancel is thread-safe.
class JobWaiter : public JobSubscriber {
 public:
  struct Options {
    std::chrono::nanoseconds timeout;
    std::int64_t after_revision = 0;  // 0 = the end alone counts
    // Unavailable STOPPING when the server stops first. Not called after
    // Cancel has returned.
    std::function<void(absl::Status)> on_end;
  };

  JobWaiter(std::shared_ptr<JobRecord> job, Options options);

  // False when on_end has been called already.
  bool Cancel();

  // JobSubscriber.
  std::optional<Next> Turn(TimePoint now) override;
  bool OnStopping() override;

 private:
  void End(absl::Status status);

  const std::shared_ptr<JobRecord> job_;
  const Options options_;
  std::optional<TimePoint> deadline_;  // set by the first turn
  Mutex mutex_;
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace perfecthash
