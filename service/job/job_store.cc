#include "service/job/job_store.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/base/error_reason.h"
#include "service/rpc/invalid_argument.h"
#include "service/rpc/rpc_status.h"
#include "service/rpc/uuid.h"

namespace perfecthash {
namespace {

constexpr char kPrefix[] = "jobs/";

absl::Status TooManyJobs(int limit) {
  return WithMetadata(
      WithReason(absl::ResourceExhaustedError(absl::StrCat(
                     "the server has ", limit,
                     " unfinished jobs, which is its limit; try again when "
                     "some have finished, or put more tables into one job")),
                 "TOO_MANY_JOBS"),
      "limit", absl::StrCat(limit));
}

}  // namespace

JobStore::JobStore(Options options) : options_(std::move(options)) {}

absl::StatusOr<JobStore::Reservation> JobStore::Reserve(
    const std::string& request_id, const std::string& fingerprint) {
  MutexLock lock(mutex_);
  const auto found = requests_.find(request_id);
  if (!request_id.empty() && found != requests_.end()) {
    if (found->second.fingerprint != fingerprint) {
      return WithReason(
          absl::AlreadyExistsError(absl::StrCat(
              "request_id ", request_id,
              " was used by a different request; make a new id for each "
              "request and keep it only to repeat that same one")),
          "REQUEST_ID_REUSED");
    }
    if (found->second.job == nullptr) {
      return WithReason(
          absl::UnavailableError(absl::StrCat(
              "the request ", request_id,
              " is being accepted at this moment; ask again for its job")),
          "REQUEST_IN_PROGRESS");
    }
    return Reservation{.existing = found->second.job};
  }
  if (unfinished_count_ >= options_.unfinished_jobs_max) {
    return TooManyJobs(options_.unfinished_jobs_max);
  }
  ++unfinished_count_;
  if (!request_id.empty()) requests_[request_id] = {fingerprint, nullptr};
  return Reservation{.reserved = true};
}

void JobStore::Commit(const std::string& request_id,
                      const std::shared_ptr<JobRecord>& job) {
  std::vector<std::shared_ptr<JobRecord>> forgotten;
  {
    MutexLock lock(mutex_);
    jobs_[job->name()] = {job, request_id};
    if (!request_id.empty()) requests_[request_id].job = job;
    // A quick job has finished before it could be found here.
    if (job->GetView().finished) forgotten = Retire(job->name());
  }
  if (!forgotten.empty()) options_.on_forgotten(std::move(forgotten));
}

void JobStore::Abandon(const std::string& request_id) {
  MutexLock lock(mutex_);
  --unfinished_count_;
  if (!request_id.empty()) requests_.erase(request_id);
}

absl::StatusOr<std::shared_ptr<JobRecord>> JobStore::Find(
    const std::string& name, const std::string& field) const {
  if (!absl::StartsWith(name, kPrefix) ||
      !IsUuid(std::string_view(name).substr(sizeof(kPrefix) - 1))) {
    return InvalidField(field, absl::StrCat("is \"", name,
                                            "\"; a job's name looks like "
                                            "jobs/{job}, with a UUID"));
  }
  MutexLock lock(mutex_);
  const auto found = jobs_.find(name);
  if (found != jobs_.end()) return found->second.job;
  return WithReason(
      absl::NotFoundError(absl::StrCat(
          "there is no ", name,
          "; finished jobs are forgotten in time, and all of them when the "
          "server ends; ListJobs shows those that it has")),
      "JOB_NOT_FOUND");
}

std::vector<std::shared_ptr<JobRecord>> JobStore::AllJobs() const {
  std::vector<std::shared_ptr<JobRecord>> jobs;
  MutexLock lock(mutex_);
  jobs.reserve(jobs_.size());
  for (const auto& [name, entry] : jobs_) jobs.push_back(entry.job);
  return jobs;
}

std::vector<std::shared_ptr<JobRecord>> JobStore::List(
    const JobFilter& filter, const std::string& before,
    std::size_t count_max) const {
  std::vector<std::shared_ptr<JobRecord>> listed;
  const std::vector<std::shared_ptr<JobRecord>> jobs = AllJobs();
  for (auto job = jobs.rbegin(); job != jobs.rend(); ++job) {
    if (listed.size() == count_max) break;
    if (!before.empty() && (*job)->name() >= before) continue;
    const v1::Job& head = (*job)->description().head;
    if (filter.Matches((*job)->GetView().state, head.kind(), head.labels())) {
      listed.push_back(*job);
    }
  }
  return listed;
}

absl::flat_hash_map<JobId, std::shared_ptr<JobRecord>> JobStore::ByEngineId()
    const {
  absl::flat_hash_map<JobId, std::shared_ptr<JobRecord>> jobs;
  for (const auto& job : AllJobs()) {
    if (const auto id = job->engine_id()) jobs.emplace(*id, job);
  }
  return jobs;
}

JobStore::Counts JobStore::CountUnfinished() const {
  Counts counts;
  for (const auto& job : AllJobs()) {
    const JobRecord::View view = job->GetView();
    if (view.finished) continue;
    ++(view.state == v1::Job::STATE_QUEUED ? counts.jobs_queued
                                           : counts.jobs_running);
    v1::JobProgress progress;
    job->FillProgress(&progress);
    counts.items_queued += progress.items_queued();
    counts.items_running += progress.items_running();
  }
  return counts;
}

void JobStore::OnJobChanged(const std::shared_ptr<JobRecord>& job) {
  if (options_.listener != nullptr) options_.listener->OnJobChanged(job);
}

void JobStore::OnJobFinished(const std::shared_ptr<JobRecord>& job) {
  std::vector<std::shared_ptr<JobRecord>> forgotten;
  {
    MutexLock lock(mutex_);
    forgotten = Retire(job->name());
  }
  if (!forgotten.empty()) options_.on_forgotten(std::move(forgotten));
  if (options_.listener != nullptr) options_.listener->OnJobFinished(job);
}

std::vector<std::shared_ptr<JobRecord>> JobStore::Retire(
    const std::string& name) {
  std::vector<std::shared_ptr<JobRecord>> forgotten;
  const auto found = jobs_.find(name);
  // Absent: Commit is yet to come and will see that the job has finished.
  if (found == jobs_.end() || found->second.retired) return forgotten;
  found->second.retired = true;
  --unfinished_count_;
  finished_.push_back(name);
  finished_item_count_ +=
      static_cast<std::int64_t>(found->second.job->item_count());
  // The job that finished last stays, however large it is.
  while (finished_.size() > 1 &&
         (finished_.size() >
              static_cast<std::size_t>(options_.finished_jobs_max) ||
          finished_item_count_ > options_.finished_items_max)) {
    const auto oldest = jobs_.find(finished_.front());
    finished_.pop_front();
    finished_item_count_ -=
        static_cast<std::int64_t>(oldest->second.job->item_count());
    requests_.erase(oldest->second.request_id);
    forgotten.push_back(std::move(oldest->second.job));
    jobs_.erase(oldest);
  }
  return forgotten;
}

}  // namespace perfecthash
