#pragma once

#include "absl/status/status.h"
#include "perfecthash/v1/artifact.pb.h"
#include "perfecthash/v1/job.pb.h"
#include "service/job/job_store.h"

namespace perfecthash {

// The list calls: one page each. A page ends early when it would become too
// large a message.

absl::Status ListJobs(const JobStore& jobs, const v1::ListJobsRequest& request,
                      v1::ListJobsResponse* response);

absl::Status ListJobItems(const JobStore& jobs,
                          const v1::ListJobItemsRequest& request,
                          v1::ListJobItemsResponse* response);

absl::Status ListArtifacts(const JobStore& jobs,
                           const v1::ListArtifactsRequest& request,
                           v1::ListArtifactsResponse* response);

}  // namespace perfecthash
