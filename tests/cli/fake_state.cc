#include "tests/cli/fake_state.h"

#include <google/protobuf/any.pb.h>

#include <utility>

namespace perfecthash {
namespace {

v1::Status NoSolution() {
  v1::ErrorInfo cause;
  cause.set_reason("NO_SOLUTION");
  cause.set_domain("perfecthash");
  v1::Status error;
  error.set_code(grpc::RESOURCE_EXHAUSTED);
  error.set_message("no solution in 10 attempts");
  google::protobuf::Any& any = *error.add_details();
  any.set_type_url("type.googleapis.com/google.rpc.ErrorInfo");
  any.set_value(cause.SerializeAsString());
  return error;
}

}  // namespace

grpc::Status FakeServer::State::FaultStatus(const Fault& fault) {
  v1::Status details;
  details.set_code(fault.grpc_code);
  details.set_message(fault.message);
  if (!fault.reason.empty()) {
    v1::ErrorInfo cause;
    cause.set_reason(fault.reason);
    cause.set_domain("perfecthash");
    (*cause.mutable_metadata())["limit"] = "7";
    google::protobuf::Any& any = *details.add_details();
    any.set_type_url("type.googleapis.com/google.rpc.ErrorInfo");
    any.set_value(cause.SerializeAsString());
  }
  if (fault.retry_seconds > 0) {
    v1::RetryInfo retry;
    retry.mutable_retry_delay()->set_seconds(fault.retry_seconds);
    google::protobuf::Any& any = *details.add_details();
    any.set_type_url("type.googleapis.com/google.rpc.RetryInfo");
    any.set_value(retry.SerializeAsString());
  }
  return grpc::Status(static_cast<grpc::StatusCode>(fault.grpc_code),
                      fault.message, details.SerializeAsString());
}

std::optional<Fault> FakeServer::State::Enter(const std::string& method) {
  MutexLock lock(mutex);
  ++calls[method];
  changed.NotifyAll();
  std::deque<Fault>& queue = faults[method];
  if (queue.empty()) return std::nullopt;
  const Fault fault = queue.front();
  queue.pop_front();
  return fault;
}

FakeJob& FakeServer::State::AddJob(v1::Job::Kind kind,
                                   std::vector<FakeItem> sources,
                                   const std::string& request_id) {
  FakeJob& job = jobs.emplace_back();
  job.request_id = request_id;
  job.sources = std::move(sources);
  job.job.set_name("jobs/fake" + std::to_string(jobs.size()));
  job.job.set_kind(kind);
  job.job.set_state(v1::Job::STATE_RUNNING);
  job.job.set_revision(1);
  job.job.mutable_create_time()->set_seconds(1'700'000'000);
  const auto count = static_cast<std::int64_t>(job.sources.size());
  job.job.mutable_progress()->set_items_total(count);
  job.job.mutable_progress()->set_items_running(count);
  for (const FakeItem& source : job.sources) {
    v1::JobItem& item = job.items.emplace_back();
    const int index = static_cast<int>(job.items.size()) - 1;
    item.set_name(job.job.name() + "/items/" + std::to_string(index));
    item.set_index(index);
    item.set_item_id(source.item_id);
    item.set_state(v1::JobItem::STATE_RUNNING);
  }
  if (!is_held) Finish(job, v1::Job::STATE_UNSPECIFIED);
  return job;
}

void FakeServer::State::Finish(FakeJob& job, v1::Job::State forced) {
  v1::JobProgress& progress = *job.job.mutable_progress();
  progress.set_items_running(0);
  std::int64_t failed = 0;
  for (v1::JobItem& item : job.items) {
    if (forced == v1::Job::STATE_CANCELLED) {
      item.set_state(v1::JobItem::STATE_CANCELLED);
    } else if (item.item_id().find("bad") != std::string::npos) {
      item.set_state(v1::JobItem::STATE_FAILED);
      *item.mutable_error() = NoSolution();
      ++failed;
    } else {
      item.set_state(v1::JobItem::STATE_SUCCEEDED);
      item.mutable_result()->set_key_count(1);
    }
  }
  job.job.set_revision(3);
  const auto total = static_cast<std::int64_t>(job.items.size());
  if (forced == v1::Job::STATE_CANCELLED) {
    progress.set_items_cancelled(total);
    job.job.set_state(forced);
    changed.NotifyAll();
    return;
  }
  if (failed > 0) *job.job.mutable_error() = NoSolution();
  progress.set_items_failed(failed);
  progress.set_items_succeeded(total - failed);
  progress.set_keys_done(total - failed);
  job.job.set_state(failed == 0       ? v1::Job::STATE_SUCCEEDED
                    : failed == total ? v1::Job::STATE_FAILED
                                      : v1::Job::STATE_PARTIALLY_SUCCEEDED);
  changed.NotifyAll();
}

FakeJob* FakeServer::State::Find(const std::string& name) {
  for (FakeJob& job : jobs) {
    if (job.job.name() == name) return &job;
  }
  return nullptr;
}

}  // namespace perfecthash
