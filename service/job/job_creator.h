#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "engine/engine.h"
#include "perfecthash/v1/job.pb.h"
#include "service/job/job_planner.h"
#include "service/job/job_record.h"
#include "service/job/job_store.h"

namespace perfecthash {

// From a request to a job that the engine works on: idempotency, planning,
// submission, record. Thread-safe.
class JobCreator {
 public:
  // All of these outlive the creator, and the engine's jobs outlive none.
  struct Parts {
    Engine& engine;
    JobStore& jobs;
    const JobPlanner& planner;
  };

  explicit JobCreator(Parts parts) : parts_(parts) {}

  // The new job, or the one that the same request made before. With
  // validate_only a record without a name that nobody else knows.
  absl::StatusOr<std::shared_ptr<JobRecord>> Create(
      const v1::CreateTableJobRequest& request, const std::string& peer);
  absl::StatusOr<std::shared_ptr<JobRecord>> Create(
      const v1::CreateBulkJobRequest& request, const std::string& peer);

 private:
  template <typename Request>
  absl::StatusOr<std::shared_ptr<JobRecord>> CreateOnce(
      const Request& request, const std::string& fingerprint,
      const std::string& peer);
  absl::Status Submit(JobSpec spec, const std::shared_ptr<JobRecord>& job);

  const Parts parts_;
};

}  // namespace perfecthash
