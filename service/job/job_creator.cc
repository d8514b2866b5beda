#include "service/job/job_creator.h"

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/base/sha256.h"
#include "engine/base/status_macros.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "google/protobuf/message.h"

namespace perfecthash {
namespace {

// Stands for the content of a request. Maps are written in order, so equal
// requests have equal fingerprints.
std::string Fingerprint(const google::protobuf::Message& request) {
  std::string bytes(request.GetTypeName());
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    request.SerializeToCodedStream(&coded);
  }
  return ToHex(Sha256(
      {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}));
}

}  // namespace

absl::StatusOr<std::shared_ptr<JobRecord>> JobCreator::Create(
    const v1::CreateTableJobRequest& request, const std::string& peer) {
  std::string fingerprint;
  if (!request.request_id().empty()) {
    // How long to wait is no part of what is to be made.
    v1::CreateTableJobRequest content = request;
    content.clear_wait();
    fingerprint = Fingerprint(content);
  }
  return CreateOnce(request, fingerprint, peer);
}

absl::StatusOr<std::shared_ptr<JobRecord>> JobCreator::Create(
    const v1::CreateBulkJobRequest& request, const std::string& peer) {
  return CreateOnce(
      request,
      request.request_id().empty() ? std::string() : Fingerprint(request),
      peer);
}

template <typename Request>
absl::StatusOr<std::shared_ptr<JobRecord>> JobCreator::CreateOnce(
    const Request& request, const std::string& fingerprint,
    const std::string& peer) {
  if (request.validate_only()) {
    ASSIGN_OR_RETURN(JobPlan plan, parts_.planner.Plan(request, peer));
    return std::make_shared<JobRecord>(std::move(plan.description),
                                       &parts_.jobs);
  }
  const std::string& request_id = request.request_id();
  ASSIGN_OR_RETURN(const JobStore::Reservation reservation,
                   parts_.jobs.Reserve(request_id, fingerprint));
  if (!reservation.reserved) return reservation.existing;

  absl::StatusOr<JobPlan> plan = parts_.planner.Plan(request, peer);
  if (!plan.ok()) {
    parts_.jobs.Abandon(request_id);
    return plan.status();
  }
  auto job =
      std::make_shared<JobRecord>(std::move(plan->description), &parts_.jobs);
  const absl::Status submitted = Submit(std::move(plan->spec), job);
  if (!submitted.ok()) {
    parts_.jobs.Abandon(request_id);
    return submitted;
  }
  parts_.jobs.Commit(request_id, job);
  return job;
}

absl::Status JobCreator::Submit(JobSpec spec,
                                const std::shared_ptr<JobRecord>& job) {
  Engine& engine = parts_.engine;
  ASSIGN_OR_RETURN(const JobId id, engine.Submit(std::move(spec), job));
  job->Attach({
      .id = id,
      .count_attempts = [&engine,
                         id] { return engine.GetActivity(id).attempts; },
      .cancel = [&engine, id] { engine.Cancel(id); },
      .update =
          [&engine, id](const JobChange& change) {
            return engine.UpdateJob(id, change);
          },
  });
  return absl::OkStatus();
}

}  // namespace perfecthash
