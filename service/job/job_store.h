#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/base/mutex.h"
#include "service/job/job_filter.h"
#include "service/job/job_listener.h"
#include "service/job/job_record.h"

namespace perfecthash {

// All jobs that have names, in memory. Keeps every unfinished job and the
// finished ones that fit the limits; the oldest of those are forgotten first.
// Thread-safe.
class JobStore : public JobListener {
 public:
  struct Options {
    int unfinished_jobs_max = 1'000;
    int finished_jobs_max = 1'000;
    std::int64_t finished_items_max = 200'000;
    // Told of every change. Outlives the store.
    JobListener* listener = nullptr;
    // Given the jobs that were forgotten, on the thread of whoever finished the
    // job that pushed them out: must be short.
    std::function<void(std::vector<std::shared_ptr<JobRecord>>)> on_forgotten =
        {};
  };

  explicit JobStore(Options options);

  // Creating a job takes a reservation first: it holds one of the places for
  // unfinished jobs and, where the client gave a request id, that id.
  // Exactly one of `reserved` and `existing` results.
  struct Reservation {
    bool reserved = false;
    std::shared_ptr<JobRecord> existing =
        nullptr;  // made by the same request before
  };
  // AlreadyExists REQUEST_ID_REUSED: another request had this id.
  // Unavailable REQUEST_IN_PROGRESS: the same request is being accepted now.
  // ResourceExhausted TOO_MANY_JOBS.
  // `fingerprint` stands for the request's content.
  absl::StatusOr<Reservation> Reserve(const std::string& request_id,
                                      const std::string& fingerprint);
  // Turns the reservation into a job that can be found, ...
  void Commit(const std::string& request_id,
              const std::shared_ptr<JobRecord>& job);
  // ... or gives it back.
  void Abandon(const std::string& request_id);

  // `name` is "jobs/{id}", in the request's `field`. InvalidArgument
  // INVALID_FIELD or NotFound JOB_NOT_FOUND.
  absl::StatusOr<std::shared_ptr<JobRecord>> Find(
      const std::string& name, const std::string& field = "name") const;

  // At most `count_max` jobs older than `before` ("": from the newest) that
  // the filter lets through.
  std::vector<std::shared_ptr<JobRecord>> List(const JobFilter& filter,
                                               const std::string& before,
                                               std::size_t count_max) const;

  // The unfinished jobs by the engine's name for them.
  absl::flat_hash_map<JobId, std::shared_ptr<JobRecord>> ByEngineId() const;

  struct Counts {
    int jobs_queued = 0;
    int jobs_running = 0;  // and cancelling
    std::int64_t items_queued = 0;
    std::int64_t items_running = 0;
  };
  Counts CountUnfinished() const;

  // JobListener: the records report here.
  void OnJobChanged(const std::shared_ptr<JobRecord>& job) override;
  void OnJobFinished(const std::shared_ptr<JobRecord>& job) override;

 private:
  struct Request {
    std::string fingerprint;
    std::shared_ptr<JobRecord> job;  // null while it is being accepted
  };
  struct Entry {
    std::shared_ptr<JobRecord> job;
    std::string request_id;
    bool retired = false;  // it is among the finished ones
  };

  std::vector<std::shared_ptr<JobRecord>> Retire(const std::string& name)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::vector<std::shared_ptr<JobRecord>> AllJobs() const;

  const Options options_;
  mutable Mutex mutex_;
  // By name, which sorts by age.
  std::map<std::string, Entry> jobs_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<std::string, Request> requests_ ABSL_GUARDED_BY(mutex_);
  // Reserved and committed, but not finished.
  int unfinished_count_ ABSL_GUARDED_BY(mutex_) = 0;
  // Names of finished jobs, the one finished first at the front.
  std::deque<std::string> finished_ ABSL_GUARDED_BY(mutex_);
  std::int64_t finished_item_count_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace perfecthash
