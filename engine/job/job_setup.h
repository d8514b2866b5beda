#pragma once

#include "absl/status/statusor.h"
#include "engine/job/active_job.h"
#include "engine/job/job_spec.h"
#include "engine/job/node_selector.h"

namespace perfecthash {

// What a job with limits `wanted` gets where `most` is all there is.
ConcurrencyLimits ClampLimits(const ConcurrencyLimits& wanted,
                              const ConcurrencyLimits& most);

// A valid spec as the queue and the tables need it: with clamped limits, and
// items assigned to nodes. The identity, the observer and the hooks are left to
// the caller. InvalidArgument, NODE_UNKNOWN.
absl::StatusOr<ActiveJob::Setup> SetUpJob(JobSpec spec,
                                          const NodeSelector& selector,
                                          const ConcurrencyLimits& most);

}  // namespace perfecthash
