#include "cli/follow.h"

#include <fmt/format.h>

#include <atomic>
#include <memory>
#include <optional>

#include "cli/backoff.h"
#include "cli/duration.h"
#include "cli/exit_code.h"
#include "cli/rpc.h"
#include "engine/base/status_macros.h"

namespace perfecthash {
namespace {

using Reader = grpc::ClientReaderInterface<v1::WatchJobResponse>;

class Follower {
 public:
  Follower(Session& session, const FollowOptions& options)
      : session_(session),
        options_(options),
        backoff_(session, options.reattach_timeout) {}

  absl::StatusOr<v1::Job> Run(const v1::CreateBulkJobRequest& request);
  absl::StatusOr<v1::Job> Watch(const std::string& name,
                                std::int64_t after_revision);

 private:
  using Open = std::function<std::unique_ptr<Reader>(grpc::ClientContext&)>;

  // Streams until the job is done.
  absl::StatusOr<v1::Job> FollowToEnd();
  // One stream to its end.
  grpc::Status ReadStream();
  std::unique_ptr<Reader> OpenStream(grpc::ClientContext& context);
  void Take(const v1::WatchJobResponse& response);
  void TakeJob(const v1::Job& job);
  void ShowFailures(const v1::WatchJobResponse& response);
  absl::Status ObeyInterrupt();
  absl::Status StreamFailure(const grpc::Status& status);
  // What became of the job when nobody looks at it any more, as far as known.
  std::string Whereabouts() const;

  Session& session_;
  const FollowOptions& options_;
  Backoff backoff_;
  std::optional<v1::RunBulkJobRequest> request_;
  std::string name_;
  std::int64_t revision_ = 0;
  std::optional<v1::Job> done_;
  int failures_shown_ = 0;
  // Set once the name is known: only then may an interrupt end the stream, or
  // the job could not be named to the user. Read by the interrupt's thread.
  std::atomic<bool> is_named_{false};
  bool is_cancelling_ = false;
  // The server's last words were that it stops, and its jobs with it.
  bool is_server_stopping_ = false;
  // The stream broke, and nothing was heard of the job since.
  bool is_lost_ = false;
};

absl::StatusOr<v1::Job> Follower::Run(const v1::CreateBulkJobRequest& request) {
  request_.emplace();
  *request_->mutable_job() = request;
  *request_->mutable_watch_options() = options_.watch;
  return FollowToEnd();
}

absl::StatusOr<v1::Job> Follower::Watch(const std::string& name,
                                        std::int64_t after_revision) {
  name_ = name;
  revision_ = after_revision;
  is_named_.store(true, std::memory_order_relaxed);
  return FollowToEnd();
}

absl::StatusOr<v1::Job> Follower::FollowToEnd() {
  while (true) {
    const grpc::Status status = ReadStream();
    if (done_.has_value()) return *std::move(done_);
    if (session_.interrupted() && !is_cancelling_) {
      RETURN_IF_ERROR(ObeyInterrupt());
      continue;
    }
    // A stream may end OK without `done` only by a fault on the way.
    // CANCELLED, when not by us, is how the server drops a receiver that took
    // nothing for long: this program was stopped, say.
    const bool was_dropped =
        status.error_code() == grpc::CANCELLED && !name_.empty();
    const bool may_go_on =
        status.ok() || was_dropped || status.error_code() == grpc::UNAVAILABLE;
    if (!may_go_on) return StreamFailure(status);
    is_lost_ = true;
    session_.console().Note(
        fmt::format("the stream broke ({}); attaching to {} again",
                    status.ok() ? "it ended early" : status.error_message(),
                    name_.empty() ? "the job" : name_));
    if (backoff_.Wait()) continue;
    if (is_cancelling_ || !session_.interrupted()) return StreamFailure(status);
  }
}

std::unique_ptr<Reader> Follower::OpenStream(grpc::ClientContext& context) {
  if (name_.empty()) {
    // The request_id makes a second call find the first one's job.
    return session_.connection().jobs().RunBulkJob(&context, *request_);
  }
  v1::WatchJobRequest request;
  request.set_name(name_);
  request.set_after_revision(revision_);
  *request.mutable_watch_options() = options_.watch;
  return session_.connection().jobs().WatchJob(&context, request);
}

grpc::Status Follower::ReadStream() {
  grpc::ClientContext context;
  if (session_.deadline().has_value()) {
    context.set_deadline(*session_.deadline());
  }
  // A second interrupt ends the process, so a cancel in progress is not cut.
  const auto cancel = [this, &context] {
    if (is_named_.load(std::memory_order_relaxed)) context.TryCancel();
  };
  std::optional<Interrupt::Scope> scope;
  if (!is_cancelling_) scope.emplace(session_.interrupt(), cancel);
  const std::unique_ptr<Reader> reader = OpenStream(context);
  v1::WatchJobResponse response;
  while (reader->Read(&response)) {
    Take(response);
    if (session_.interrupted() && !is_cancelling_) context.TryCancel();
  }
  return reader->Finish();
}

void Follower::Take(const v1::WatchJobResponse& response) {
  is_lost_ = false;
  is_server_stopping_ =
      response.has_closing() &&
      response.closing().reason() == v1::StreamClosing::REASON_SERVER_STOPPING;
  if (response.revision() > revision_) {
    revision_ = response.revision();
    backoff_.Reset();
  }
  ShowFailures(response);
  switch (response.event_case()) {
    case v1::WatchJobResponse::kSnapshot:
      TakeJob(response.snapshot());
      break;
    case v1::WatchJobResponse::kProgress:
      ShowProgress(session_, response.progress());
      break;
    case v1::WatchJobResponse::kDone:
      TakeJob(response.done());
      done_ = response.done();
      break;
    default:  // heartbeats; `closing` is followed by UNAVAILABLE
      break;
  }
  if (options_.on_response) options_.on_response(response);
}

void Follower::TakeJob(const v1::Job& job) {
  if (name_.empty()) {
    session_.console().Detail("the job is " + job.name());
  }
  name_ = job.name();
  is_named_.store(true, std::memory_order_relaxed);
  ShowProgress(session_, job.progress());
}

void Follower::ShowFailures(const v1::WatchJobResponse& response) {
  constexpr int kFailuresShownMax = 20;
  for (const v1::JobItem& item : response.finished_items()) {
    if (item.state() != v1::JobItem::STATE_FAILED) continue;
    if (failures_shown_ > kFailuresShownMax) return;
    ++failures_shown_;
    session_.console().Note(
        failures_shown_ > kFailuresShownMax
            ? "more tables failed; all of them are listed at the end"
            : fmt::format("failed: {}: {}", item.item_id(),
                          DescribeError(item.error())));
  }
}

absl::Status Follower::ObeyInterrupt() {
  if (name_.empty()) {
    return Failure(ExitCode::kInterrupted,
                   fmt::format("interrupted before the server named the job; "
                               "if it exists, --request-id {} finds it again",
                               request_->job().request_id()));
  }
  if (options_.on_interrupt == OnInterrupt::kDetach) {
    return Failure(ExitCode::kInterrupted, Whereabouts());
  }
  is_cancelling_ = true;
  session_.console().Note("cancelling job " + name_ +
                          " (press Ctrl-C again to leave it alone)");
  v1::CancelJobRequest request;
  request.set_name(name_);
  request.set_reason("interrupted by the user");
  grpc::ClientContext context;
  LimitCall(session_, context, kCallTimeout);
  v1::Job job;
  const grpc::Status status =
      session_.connection().jobs().CancelJob(&context, request, &job);
  return status.ok() ? absl::OkStatus() : RpcFailure(session_, status);
}

absl::Status Follower::StreamFailure(const grpc::Status& status) {
  const absl::Status failure = RpcFailure(
      session_, status.ok() ? grpc::Status(grpc::UNAVAILABLE,
                                           "the stream ended before the job")
                            : status);
  if (name_.empty()) return failure;
  if (status.error_code() == grpc::NOT_FOUND) {
    return Failure(ExitCodeOf(failure),
                   MessageOf(failure) +
                       "\n  the server keeps jobs in memory: it was restarted, "
                       "or the job was forgotten, as the oldest are");
  }
  // --timeout may cut a stream that is whole; any other failure loses the job.
  if (ExitCodeOf(failure) != ExitCode::kTimedOut) is_lost_ = true;
  return Failure(ExitCodeOf(failure),
                 MessageOf(failure) + "\n  " + Whereabouts());
}

std::string Follower::Whereabouts() const {
  if (is_server_stopping_) {
    return fmt::format(
        "job {} ended with the server, which stops; run it again", name_);
  }
  if (is_lost_) {
    return fmt::format(
        "job {} ended with the server, or cannot be reached; run it again, or "
        "`perfecthash job get {}` once the server answers",
        name_, name_);
  }
  return fmt::format("job {} goes on; `perfecthash job watch {}`", name_,
                     name_);
}

}  // namespace

absl::StatusOr<v1::Job> RunAndFollow(Session& session,
                                     const v1::CreateBulkJobRequest& request,
                                     const FollowOptions& options) {
  return Follower(session, options).Run(request);
}

absl::StatusOr<v1::Job> Follow(Session& session, const std::string& name,
                               std::int64_t after_revision,
                               const FollowOptions& options) {
  return Follower(session, options).Watch(name, after_revision);
}

void ShowProgress(Session& session, const v1::JobProgress& progress) {
  ProgressCounts counts;
  counts.failed = progress.items_failed() + progress.items_cancelled();
  counts.done = progress.items_succeeded() + counts.failed;
  counts.total = progress.items_total();
  counts.running = progress.items_running();
  counts.attempts = progress.attempts();
  if (progress.has_estimated_remaining()) {
    counts.remaining = FromProto(progress.estimated_remaining());
  }
  session.progress().Update(counts);
}

bool IsDone(v1::Job::State state) {
  switch (state) {
    case v1::Job::STATE_SUCCEEDED:
    case v1::Job::STATE_PARTIALLY_SUCCEEDED:
    case v1::Job::STATE_FAILED:
    case v1::Job::STATE_CANCELLED:
    case v1::Job::STATE_EXPIRED:
      return true;
    default:
      return false;
  }
}

ExitCode ExitCodeOf(v1::Job::State state) {
  if (!IsDone(state) || state == v1::Job::STATE_SUCCEEDED) return ExitCode::kOk;
  return state == v1::Job::STATE_CANCELLED ? ExitCode::kCancelled
                                           : ExitCode::kFailed;
}

std::string JobName(const std::string& name_or_id) {
  return name_or_id.starts_with("jobs/") ? name_or_id : "jobs/" + name_or_id;
}

}  // namespace perfecthash
