#pragma once

#include "absl/status/statusor.h"
#include "engine/job/active_job.h"
#include "engine/job/job_spec.h"
#include "engine/job/node_selector.h"

namespace perfecthash {

// What a job with limits `wanted` gets where `most` is all there is.
ConcurrencyLimits ClampLimits(const ConcurrencyLimits& wanted,
                              const ConcurrencyLimits& most);

// What is left for the job itself to count; ActiveJob::kUnlimited where a
// clamped limit is the engine's, so that a table waits in one line and not in
// two.
std::uint64_t OwnThreads(const ConcurrencyLimits& limits,
                         const ConcurrencyLimits& most);
std::uint64_t OwnMemory(const ConcurrencyLimits& limits,
                        const ConcurrencyLimits& most);

// A valid spec as the queue and the tables need it: with clamped limits, and
// items assigned to nodes. The identity, the observer and the hooks are left to
// the caller. InvalidArgument, NODE_UNKNOWN.
absl::StatusOr<ActiveJob::Setup> SetUpJob(JobSpec spec,
                                          const NodeSelector& selector,
                                          const ConcurrencyLimits& most);

}  // namespace perfecthash
