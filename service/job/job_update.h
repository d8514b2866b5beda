#pragma once

#include "absl/status/statusor.h"
#include "engine/engine.h"
#include "perfecthash/v1/job.pb.h"

namespace perfecthash {

// A request to change a job that was checked: what the engine is to do, and
// what the job's record will show.
struct JobUpdate {
  JobChange change;
  v1::UpdateJobRequest shown;  // the values as applied, and which they are
};

// InvalidArgument INVALID_FIELD. The job's name is not looked at.
absl::StatusOr<JobUpdate> ReadJobUpdate(const v1::UpdateJobRequest& request,
                                        const Engine& engine);

// Copies the values of a JobUpdate's `shown`.
void ApplyUpdate(const v1::UpdateJobRequest& shown, v1::Job* job);

}  // namespace perfecthash
