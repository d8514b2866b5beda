#pragma once

#include <cstddef>
#include <list>
#include <memory>

#include "engine/job/active_job.h"
#include "engine/job/job_activity.h"
#include "engine/job/queued_job.h"
#include "engine/job/work_token.h"
#include "engine/pipeline/table_activity.h"
#include "engine/pipeline/table_request.h"

namespace perfecthash {

// A table that was started. Made and removed by the scheduler under its lock;
// in between it belongs to the table's task, and its activity may be read.
struct RunningTable {
  std::shared_ptr<ActiveJob> job;
  int index = 0;    // in the job
  int node = 0;     // position in the runtime
  int node_id = 0;  // the system's
  QueueTime started{0};
  TableActivity activity;
  // Its last progress when it was found to be stalled; StallWatch's.
  QueueTime stall_reported{-1};
  std::list<RunningTable>::iterator position;  // in the scheduler's list
  WorkToken token;                             // dies before `job`

  const TableRequest& request() const {
    return job->spec.items[static_cast<std::size_t>(index)];
  }

  QueueTime last_progress() const {
    return activity.last_progress().time_since_epoch();
  }

  WorkItem Describe(QueueTime now) const {
    return {.job = job->id,
            .index = index,
            .name = request().name,
            .stage = TableStageName(activity.stage()),
            .age = now - started,
            .stage_age = now - activity.stage_started().time_since_epoch(),
            .progress_age = now - last_progress(),
            .node_id = node_id,
            .lanes = activity.lanes(),
            .attempts = activity.attempts()};
  }
};

}  // namespace perfecthash
