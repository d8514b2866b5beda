#pragma once

#include "absl/status/status.h"
#include "engine/job/job_change.h"
#include "engine/job/job_spec.h"

namespace perfecthash {

// What can be known to be wrong with a job by itself: InvalidArgument,
// INVALID_FIELD, whose message names the field and its value, as in
// "scheduling.priority: 7 is not in 1 .. 5". (The nodes it names are checked
// by NodeSelector.)
absl::Status CheckJobSpec(const JobSpec& spec);
absl::Status CheckJobChange(const JobChange& change);

}  // namespace perfecthash
