#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "cli/exit_code.h"
#include "cli/session.h"
#include "perfecthash/v1/job.pb.h"

namespace perfecthash {

enum class OnInterrupt { kDetach, kCancel };

struct FollowOptions {
  v1::WatchOptions watch;
  OnInterrupt on_interrupt = OnInterrupt::kDetach;
  // How long to try to re-attach to a job whose stream broke.
  std::chrono::nanoseconds reattach_timeout{std::chrono::seconds(60)};
  // Told of every message, progress is shown anyway.
  std::function<void(const v1::WatchJobResponse&)> on_response;
};

// Follow a job to its end: show its progress and its failures, re-attach when
// the stream breaks, and obey Ctrl-C (kDetach: fails with kInterrupted and says
// how to watch on; kCancel: cancels the job and follows it to its end). Both
// return the job as it ended.
absl::StatusOr<v1::Job> RunAndFollow(Session& session,
                                     const v1::CreateBulkJobRequest& request,
                                     const FollowOptions& options);
absl::StatusOr<v1::Job> Follow(Session& session, const std::string& name,
                               std::int64_t after_revision,
                               const FollowOptions& options);

// Passes a job's counts to the session's progress.
void ShowProgress(Session& session, const v1::JobProgress& progress);

// 0 for a job that succeeded or goes on, else what its state says.
ExitCode ExitCodeOf(v1::Job::State state);

bool IsDone(v1::Job::State state);

// "jobs/x" for both "x" and "jobs/x".
std::string JobName(const std::string& name_or_id);

}  // namespace perfecthash
