#include <algorithm>
#include <utility>

#include "perfecthash/v1/job.grpc.pb.h"
#include "tests/cli/fake_state.h"

namespace perfecthash {
namespace {

using Watcher = grpc::ServerWriter<v1::WatchJobResponse>;

bool IsOver(const v1::Job& job) {
  return job.state() != v1::Job::STATE_RUNNING &&
         job.state() != v1::Job::STATE_CANCELLING;
}

class FakeJobs final : public v1::JobService::Service {
 public:
  explicit FakeJobs(FakeServer::State& state) : state_(state) {}

  grpc::Status CreateTableJob(grpc::ServerContext* context,
                              const v1::CreateTableJobRequest* request,
                              v1::Job* response) override {
    if (auto fault = state_.Enter("CreateTableJob")) {
      return state_.FaultStatus(*fault);
    }
    MutexLock lock(state_.mutex);
    state_.table_request = *request;
    FakeJob& job = Accept(*request);
    const bool waits = request->has_wait() && !state_.never_waits;
    if (waits) AwaitEnd(job, *context);
    *response = job.job;
    if (request->validate_only()) {
      response->clear_name();
      state_.jobs.pop_back();
    } else if (!waits) {
      response->set_state(v1::Job::STATE_QUEUED);
    }
    return grpc::Status::OK;
  }

  grpc::Status CreateBulkJob(grpc::ServerContext* context,
                             const v1::CreateBulkJobRequest* request,
                             v1::Job* response) override {
    if (auto fault = state_.Enter("CreateBulkJob")) {
      return state_.FaultStatus(*fault);
    }
    MutexLock lock(state_.mutex);
    *response = Accept(*request).job;
    if (request->validate_only()) {
      response->clear_name();
      state_.jobs.pop_back();
    }
    return grpc::Status::OK;
  }

  grpc::Status RunBulkJob(grpc::ServerContext* context,
                          const v1::RunBulkJobRequest* request,
                          Watcher* writer) override {
    const auto fault = state_.Enter("RunBulkJob");
    std::string name;
    {
      MutexLock lock(state_.mutex);
      state_.watch_options = request->watch_options();
      name = Accept(request->job()).job.name();
    }
    return Stream(name, fault, *context, *writer);
  }

  grpc::Status WatchJob(grpc::ServerContext* context,
                        const v1::WatchJobRequest* request,
                        Watcher* writer) override {
    const auto fault = state_.Enter("WatchJob");
    {
      MutexLock lock(state_.mutex);
      state_.watch_options = request->watch_options();
      state_.watched_revisions.push_back(request->after_revision());
    }
    return Stream(request->name(), fault, *context, *writer);
  }

  grpc::Status GetJob(grpc::ServerContext* context,
                      const v1::GetJobRequest* request,
                      v1::Job* response) override {
    return OnJob("GetJob", request->name(),
                 [&](FakeJob& job) { *response = job.job; });
  }

  grpc::Status WaitJob(grpc::ServerContext* context,
                       const v1::WaitJobRequest* request,
                       v1::Job* response) override {
    return OnJob("WaitJob", request->name(),
                 [&](FakeJob& job) ABSL_EXCLUSIVE_LOCKS_REQUIRED(state_.mutex) {
                   AwaitEnd(job, *context);
                   *response = job.job;
                 });
  }

  grpc::Status CancelJob(grpc::ServerContext* context,
                         const v1::CancelJobRequest* request,
                         v1::Job* response) override {
    return OnJob("CancelJob", request->name(),
                 [&](FakeJob& job) ABSL_EXCLUSIVE_LOCKS_REQUIRED(state_.mutex) {
                   state_.cancel_reason = request->reason();
                   if (!state_.never_cancels && !IsOver(job.job)) {
                     state_.Finish(job, v1::Job::STATE_CANCELLED);
                   }
                   *response = job.job;
                 });
  }

  grpc::Status UpdateJob(grpc::ServerContext* context,
                         const v1::UpdateJobRequest* request,
                         v1::Job* response) override {
    return OnJob("UpdateJob", request->job().name(),
                 [&](FakeJob& job) ABSL_EXCLUSIVE_LOCKS_REQUIRED(state_.mutex) {
                   state_.update_request = *request;
                   *response = job.job;
                 });
  }

  grpc::Status ListJobs(grpc::ServerContext* context,
                        const v1::ListJobsRequest* request,
                        v1::ListJobsResponse* response) override {
    if (auto fault = state_.Enter("ListJobs")) {
      return state_.FaultStatus(*fault);
    }
    MutexLock lock(state_.mutex);
    std::size_t place =
        request->page_token().empty() ? 0 : std::stoul(request->page_token());
    for (; place < state_.jobs.size(); ++place) {
      if (response->jobs_size() == request->page_size()) break;
      *response->add_jobs() = state_.jobs[place].job;
    }
    if (place < state_.jobs.size()) {
      response->set_next_page_token(std::to_string(place));
    }
    return grpc::Status::OK;
  }

  grpc::Status ListJobItems(grpc::ServerContext* context,
                            const v1::ListJobItemsRequest* request,
                            v1::ListJobItemsResponse* response) override {
    return OnJob("ListJobItems", request->parent(), [&](FakeJob& job) {
      for (const v1::JobItem& item : job.items) {
        const std::string state =
            "state=" + v1::JobItem::State_Name(item.state());
        if (request->filter().empty() || request->filter() == state) {
          *response->add_job_items() = item;
        }
      }
    });
  }

 private:
  std::string KeysOf(const v1::KeySource& source)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(state_.mutex) {
    if (source.has_inline_keys()) return source.inline_keys();
    for (const auto& [digest, bytes] : state_.key_sets) {
      Sha256Digest binary;
      std::copy(digest.begin(), digest.end(), binary.begin());
      if (source.key_set() == "keySets/" + ToHex(binary)) return bytes;
    }
    return "";
  }

  // The same request id is the same job.
  FakeJob& Accept(const v1::CreateTableJobRequest& request)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(state_.mutex) {
    state_.table_request = request;
    for (FakeJob& job : state_.jobs) {
      if (job.request_id == request.request_id()) return job;
    }
    const FakeItem item{.item_id = request.item_id(),
                        .keys = KeysOf(request.keys())};
    FakeJob& job =
        state_.AddJob(v1::Job::KIND_TABLE, {item}, request.request_id());
    *job.job.mutable_table_options() = request.table_options();
    return job;
  }

  FakeJob& Accept(const v1::CreateBulkJobRequest& request)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(state_.mutex) {
    state_.bulk_request = request;
    for (FakeJob& job : state_.jobs) {
      if (job.request_id == request.request_id()) return job;
    }
    std::vector<FakeItem> items;
    for (const v1::BulkItem& item : request.items()) {
      items.push_back({.item_id = item.item_id(), .keys = KeysOf(item.keys())});
    }
    FakeJob& job =
        state_.AddJob(v1::Job::KIND_BULK, items, request.request_id());
    *job.job.mutable_table_options() = request.table_options();
    if (request.has_directory()) {
      job.job.set_output_path(request.directory().keys_path() + "_tables");
    }
    return job;
  }

  // What `method` does with the job of this name, under the lock.
  template <typename Action>
  grpc::Status OnJob(const std::string& method, const std::string& name,
                     const Action& action) {
    if (auto fault = state_.Enter(method)) return state_.FaultStatus(*fault);
    MutexLock lock(state_.mutex);
    FakeJob* job = state_.Find(name);
    if (job == nullptr) {
      return state_.FaultStatus({.grpc_code = grpc::NOT_FOUND,
                                 .message = "there is no job " + name,
                                 .reason = "JOB_NOT_FOUND"});
    }
    action(*job);
    return grpc::Status::OK;
  }

  void AwaitEnd(FakeJob& job, grpc::ServerContext& context)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(state_.mutex) {
    while (!IsOver(job.job) && !context.IsCancelled()) {
      // gRPC's sync API tells of a cancel only when asked.
      state_.changed.WaitUntil(state_.mutex, std::chrono::steady_clock::now() +
                                                 std::chrono::milliseconds(20));
    }
  }

  // Snapshot, finished items, done.
  grpc::Status Stream(const std::string& name,
                      const std::optional<Fault>& fault,
                      grpc::ServerContext& context, Watcher& writer) {
    std::vector<v1::WatchJobResponse> responses(1);
    FakeJob* job = nullptr;
    {
      MutexLock lock(state_.mutex);
      job = state_.Find(name);
      if (job == nullptr) return grpc::Status(grpc::NOT_FOUND, "no such job");
      responses[0].set_revision(1);
      *responses[0].mutable_snapshot() = job->job;
    }
    if (fault.has_value() && fault->after_messages == 0) {
      return state_.FaultStatus(*fault);
    }
    writer.Write(responses[0]);
    if (fault.has_value() && fault->after_messages == 1) {
      v1::WatchJobResponse closing;
      closing.mutable_closing()->set_reason(
          v1::StreamClosing::REASON_SERVER_STOPPING);
      if (fault->is_stopping) writer.Write(closing);
      return state_.FaultStatus(*fault);
    }
    v1::WatchJobResponse items;
    v1::WatchJobResponse done;
    {
      MutexLock lock(state_.mutex);
      AwaitEnd(*job, context);
      items.set_revision(2);
      *items.mutable_progress() = job->job.progress();
      for (const v1::JobItem& item : job->items) {
        if (item.state() == v1::JobItem::STATE_FAILED) {
          *items.add_finished_items() = item;
        }
      }
      done.set_revision(3);
      *done.mutable_done() = job->job;
    }
    writer.Write(items);
    if (fault.has_value()) return state_.FaultStatus(*fault);
    writer.Write(done);
    return grpc::Status::OK;
  }

  FakeServer::State& state_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeFakeJobs(FakeServer::State& state) {
  return std::make_unique<FakeJobs>(state);
}

}  // namespace perfecthash
