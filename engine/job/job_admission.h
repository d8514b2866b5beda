#pragma once

#include "absl/status/status.h"
#include "engine/job/job_queue.h"

namespace perfecthash {

// Whether the queue takes a job of so many tables now. InvalidArgument
// TOO_MANY_ITEMS (it never will), ResourceExhausted QUEUE_FULL.
absl::Status CheckRoom(const JobQueue& queue, int item_count);

}  // namespace perfecthash
