#include "service/job_service.h"

#include <chrono>
#include <memory>
#include <random>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/base/status_macros.h"
#include "perfecthash/v1/job.grpc.pb.h"
#include "service/job_listing.h"
#include "service/rpc/invalid_argument.h"
#include "service/rpc/proto_time.h"
#include "service/rpc/unary_call.h"
#include "service/wait_reactor.h"
#include "service/watch_reactor.h"

namespace perfecthash {
namespace {

// Lists up to this size are put together at once.
constexpr int kSmallPage = 100;
// The reason stays with the job, and every message of it.
constexpr std::size_t kReasonBytesMax = 256;

bool CancelsOnDisconnect(const JobRecord& job) {
  return job.description().head.disconnect_policy() ==
         v1::DISCONNECT_POLICY_CANCEL;
}

// Spread, so that streams begun together do not all come back together.
std::chrono::nanoseconds StreamAgeMax() {
  thread_local std::mt19937 random{std::random_device{}()};
  std::uniform_int_distribution<int> minutes(54, 66);
  return std::chrono::minutes(minutes(random));
}

absl::StatusOr<WaitReactor::Wait> ReadWait(const v1::WaitJobRequest& request) {
  WaitReactor::Wait wait{.timeout = kWaitDefault,
                         .after_revision = request.after_revision()};
  RETURN_IF_ERROR(CheckNotNegative(request.after_revision(), "after_revision"));
  if (request.has_timeout()) {
    ASSIGN_OR_RETURN(wait.timeout, ReadDuration(request.timeout(), "timeout"));
  }
  return wait;
}

absl::Status CreateTable(const ServiceParts& parts,
                         const v1::CreateTableJobRequest& request,
                         const std::string& peer, v1::Job* response) {
  ASSIGN_OR_RETURN(const std::shared_ptr<JobRecord> job,
                   parts.creator.Create(request, peer));
  job->FillJob(response);
  return absl::OkStatus();
}

void CreateTableAndWait(const ServiceParts& parts,
                        const v1::CreateTableJobRequest& request,
                        const std::string& peer, WaitReactor* reactor) {
  const auto timeout = ReadDuration(request.wait(), "wait");
  if (!timeout.ok()) return reactor->Fail(timeout.status());
  const absl::Status room = CheckWatcherCount(parts);
  if (!room.ok()) return reactor->Fail(room);
  const auto job = parts.creator.Create(request, peer);
  if (!job.ok()) return reactor->Fail(job.status());
  WaitReactor::Wait wait{.timeout = *timeout};
  if (CancelsOnDisconnect(**job)) {
    wait.on_disconnect = WaitReactor::OnDisconnect::kCancelJob;
  }
  reactor->Start(*job, wait);
}

void StartWatch(WatchReactor* reactor, const std::shared_ptr<JobRecord>& job,
                const WatchPace& pace, std::int64_t after_revision,
                WatchReactor::OnDisconnect on_disconnect) {
  reactor->Start(job,
                 {.pace = pace,
                  .after_revision = after_revision,
                  .age_max = StreamAgeMax()},
                 on_disconnect);
}

class JobService : public v1::JobService::CallbackService {
 public:
  explicit JobService(const ServiceParts& parts) : parts_(parts) {}

  grpc::ServerUnaryReactor* CreateTableJob(
      grpc::CallbackServerContext* context,
      const v1::CreateTableJobRequest* request, v1::Job* response) override;
  grpc::ServerUnaryReactor* CreateBulkJob(
      grpc::CallbackServerContext* context,
      const v1::CreateBulkJobRequest* request, v1::Job* response) override;
  grpc::ServerWriteReactor<v1::WatchJobResponse>* RunBulkJob(
      grpc::CallbackServerContext* context,
      const v1::RunBulkJobRequest* request) override;
  grpc::ServerUnaryReactor* GetJob(grpc::CallbackServerContext* context,
                                   const v1::GetJobRequest* request,
                                   v1::Job* response) override;
  grpc::ServerUnaryReactor* ListJobs(grpc::CallbackServerContext* context,
                                     const v1::ListJobsRequest* request,
                                     v1::ListJobsResponse* response) override;
  grpc::ServerUnaryReactor* ListJobItems(
      grpc::CallbackServerContext* context,
      const v1::ListJobItemsRequest* request,
      v1::ListJobItemsResponse* response) override;
  grpc::ServerUnaryReactor* CancelJob(grpc::CallbackServerContext* context,
                                      const v1::CancelJobRequest* request,
                                      v1::Job* response) override;
  grpc::ServerUnaryReactor* UpdateJob(grpc::CallbackServerContext* context,
                                      const v1::UpdateJobRequest* request,
                                      v1::Job* response) override;
  grpc::ServerUnaryReactor* WaitJob(grpc::CallbackServerContext* context,
                                    const v1::WaitJobRequest* request,
                                    v1::Job* response) override;
  grpc::ServerWriteReactor<v1::WatchJobResponse>* WatchJob(
      grpc::CallbackServerContext* context,
      const v1::WatchJobRequest* request) override;

 private:
  const ServiceParts& parts_;
};

grpc::ServerUnaryReactor* JobService::CreateTableJob(
    grpc::CallbackServerContext* context,
    const v1::CreateTableJobRequest* request, v1::Job* response) {
  const std::string peer = context->peer();
  // A path has to be looked up in the file system.
  const bool reads_files = request->keys().has_server_path();
  if (!request->has_wait() || request->validate_only()) {
    if (!reads_files) {
      return Answer(context, CreateTable(parts_, *request, peer, response));
    }
    return AnswerLater(context, parts_.executor,
                       [this, request, peer, response] {
                         return CreateTable(parts_, *request, peer, response);
                       });
  }
  auto* reactor = new WaitReactor(parts_, response);
  if (!reads_files) {
    CreateTableAndWait(parts_, *request, peer, reactor);
    return reactor;
  }
  const absl::Status posted =
      parts_.executor.Post([this, request, peer, reactor] {
        CreateTableAndWait(parts_, *request, peer, reactor);
      });
  if (!posted.ok()) reactor->Fail(posted);
  return reactor;
}

grpc::ServerUnaryReactor* JobService::CreateBulkJob(
    grpc::CallbackServerContext* context,
    const v1::CreateBulkJobRequest* request, v1::Job* response) {
  return AnswerLater(
      context, parts_.executor,
      [this, request, peer = context->peer(), response]() -> absl::Status {
        ASSIGN_OR_RETURN(const std::shared_ptr<JobRecord> job,
                         parts_.creator.Create(*request, peer));
        job->FillJob(response);
        return absl::OkStatus();
      });
}

grpc::ServerWriteReactor<v1::WatchJobResponse>* JobService::RunBulkJob(
    grpc::CallbackServerContext* context,
    const v1::RunBulkJobRequest* request) {
  auto* reactor = new WatchReactor(parts_, context);
  const auto run = [this, request, peer = context->peer(), reactor] {
    if (reactor->cancelled()) return reactor->Fail(CallCancelledError());
    const auto pace = ReadWatchOptions(request->watch_options());
    if (!pace.ok()) return reactor->Fail(pace.status());
    if (request->job().validate_only()) {
      return reactor->Fail(InvalidField(
          "job.validate_only", "makes nothing to run; use CreateBulkJob"));
    }
    const absl::Status room = CheckWatcherCount(parts_);
    if (!room.ok()) return reactor->Fail(room);
    const auto job = parts_.creator.Create(request->job(), peer);
    if (!job.ok()) return reactor->Fail(WithinField("job", job.status()));
    StartWatch(reactor, *job, *pace, 0,
               CancelsOnDisconnect(**job)
                   ? WatchReactor::OnDisconnect::kCancelJob
                   : WatchReactor::OnDisconnect::kLeaveJob);
  };
  const absl::Status posted = parts_.executor.Post(run);
  if (!posted.ok()) reactor->Fail(posted);
  return reactor;
}

grpc::ServerUnaryReactor* JobService::GetJob(
    grpc::CallbackServerContext* context, const v1::GetJobRequest* request,
    v1::Job* response) {
  const auto job = parts_.jobs.Find(request->name());
  if (!job.ok()) return Answer(context, job.status());
  (*job)->RefreshAttempts(std::chrono::steady_clock::now());
  (*job)->FillJob(response);
  return Answer(context, absl::OkStatus());
}

grpc::ServerUnaryReactor* JobService::ListJobs(
    grpc::CallbackServerContext* context, const v1::ListJobsRequest* request,
    v1::ListJobsResponse* response) {
  if (request->page_size() <= kSmallPage) {
    return Answer(context,
                  perfecthash::ListJobs(parts_.jobs, *request, response));
  }
  return AnswerLater(context, parts_.executor, [this, request, response] {
    return perfecthash::ListJobs(parts_.jobs, *request, response);
  });
}

grpc::ServerUnaryReactor* JobService::ListJobItems(
    grpc::CallbackServerContext* context,
    const v1::ListJobItemsRequest* request,
    v1::ListJobItemsResponse* response) {
  return AnswerLater(context, parts_.executor, [this, request, response] {
    return perfecthash::ListJobItems(parts_.jobs, *request, response);
  });
}

grpc::ServerUnaryReactor* JobService::CancelJob(
    grpc::CallbackServerContext* context, const v1::CancelJobRequest* request,
    v1::Job* response) {
  const auto job = parts_.jobs.Find(request->name());
  if (!job.ok()) return Answer(context, job.status());
  if (request->reason().size() > kReasonBytesMax) {
    return Answer(
        context,
        InvalidField("reason",
                     absl::StrCat("has ", request->reason().size(),
                                  " bytes; the limit is ", kReasonBytesMax)));
  }
  // The engine may report every queued item before it returns.
  return AnswerLater(context, parts_.executor,
                     [job = *job, reason = request->reason(), response] {
                       job->Cancel(reason);
                       job->FillJob(response);
                       return absl::OkStatus();
                     });
}

grpc::ServerUnaryReactor* JobService::UpdateJob(
    grpc::CallbackServerContext* context, const v1::UpdateJobRequest* request,
    v1::Job* response) {
  const auto job = parts_.jobs.Find(request->job().name(), "job.name");
  if (!job.ok()) return Answer(context, job.status());
  const auto update = ReadJobUpdate(*request, parts_.engine);
  if (!update.ok()) return Answer(context, update.status());
  // The engine may start tables before it returns.
  return AnswerLater(
      context, parts_.executor,
      [job = *job, update = *update, response]() -> absl::Status {
        RETURN_IF_ERROR(job->Update(update));
        job->FillJob(response);
        return absl::OkStatus();
      });
}

grpc::ServerUnaryReactor* JobService::WaitJob(
    grpc::CallbackServerContext* context, const v1::WaitJobRequest* request,
    v1::Job* response) {
  const auto wait = ReadWait(*request);
  if (!wait.ok()) return Answer(context, wait.status());
  const auto job = parts_.jobs.Find(request->name());
  if (!job.ok()) return Answer(context, job.status());
  const absl::Status room = CheckWatcherCount(parts_);
  if (!room.ok()) return Answer(context, room);
  auto* reactor = new WaitReactor(parts_, response);
  reactor->Start(*job, *wait);
  return reactor;
}

grpc::ServerWriteReactor<v1::WatchJobResponse>* JobService::WatchJob(
    grpc::CallbackServerContext* context, const v1::WatchJobRequest* request) {
  auto* reactor = new WatchReactor(parts_, context);
  const auto pace = ReadWatchOptions(request->watch_options());
  const absl::Status revision =
      CheckNotNegative(request->after_revision(), "after_revision");
  const auto job = parts_.jobs.Find(request->name());
  const absl::Status room = CheckWatcherCount(parts_);
  if (!pace.ok()) {
    reactor->Fail(pace.status());
  } else if (!revision.ok()) {
    reactor->Fail(revision);
  } else if (!job.ok()) {
    reactor->Fail(job.status());
  } else if (!room.ok()) {
    reactor->Fail(room);
  } else {
    StartWatch(reactor, *job, *pace, request->after_revision(),
               WatchReactor::OnDisconnect::kLeaveJob);
  }
  return reactor;
}

}  // namespace

std::unique_ptr<grpc::Service> MakeJobService(const ServiceParts& parts) {
  return std::make_unique<JobService>(parts);
}

}  // namespace perfecthash
