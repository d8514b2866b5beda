#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "engine/engine.h"
#include "engine/job/job_spec.h"
#include "engine/pipeline/table_request.h"
#include "perfecthash/v1/job.pb.h"

namespace perfecthash {

// The policies of a request: checked, with defaults filled in. Each Read also
// says in the API's terms what is applied, for the job to show.

struct AppliedLimits {
  ConcurrencyLimits limits;
  LaneRamp lanes;
  v1::ConcurrencyLimits shown;
};
absl::StatusOr<AppliedLimits> ReadConcurrencyLimits(
    const v1::ConcurrencyLimits& requested, const Engine& engine);

// Unspecified means `mode_default`.
absl::StatusOr<NodePolicy> ReadNodePolicy(const v1::NodePolicy& requested,
                                          NodePolicy::Mode mode_default,
                                          const Engine& engine);
v1::NodePolicy ShowNodePolicy(const NodePolicy& policy);

// `peer` is gRPC's name of the caller; its host is the default fairness key.
absl::StatusOr<SchedulingPolicy> ReadSchedulingPolicy(
    const v1::SchedulingPolicy& requested, const std::string& peer);
v1::SchedulingPolicy ShowSchedulingPolicy(const SchedulingPolicy& policy);

}  // namespace perfecthash
