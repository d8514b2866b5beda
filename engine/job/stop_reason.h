#pragma once

#include "absl/status/status.h"
#include "engine/job/queued_job.h"

namespace perfecthash {

// Why nothing more of a job is to run; what its unfinished tables are told.
// All of them are Cancelled, with a reason of their own.
absl::Status CancelledOnRequest();  // CANCELLED
absl::Status CancelledByStop();     // STOPPING
absl::Status CancelledByFailure();  // STOPPED_ON_FAILURE
// QUEUE_TIMEOUT or EXECUTION_TIMEOUT, by job.expired().
absl::Status CancelledByTimeout(const QueuedJob& job);

// What is told of a table that ended with `status`, an error, while its job's
// stop reason was `stop_reason` (OK: none). Whoever is told Cancelled was
// cancelled by somebody: a cancellation that nobody asked for is a failure,
// INTERRUPTED. Every failure has a reason; INTERNAL is one that was forgotten.
absl::Status ErrorToTell(const absl::Status& status,
                         const absl::Status& stop_reason);

}  // namespace perfecthash
