#pragma once

#include <chrono>
#include <vector>

#include "engine/job/job_activity.h"
#include "engine/job/queued_job.h"
#include "engine/job/running_tables.h"

namespace perfecthash {

// Finds tables that make no progress: no new stage, no attempt, no piece of
// a file. It has no clock and no thread: its owner, the scheduler, looks when
// next_look() has come. A stall is found at the moment it has lasted long
// enough, and once: again only after the table has gone on in between.
// Used under the scheduler's lock.
class StallWatch {
 public:
  // Zero: finds nothing.
  explicit StallWatch(std::chrono::nanoseconds stall_after)
      : stall_after_(stall_after) {}

  static constexpr QueueTime kNever = QueueTime::max();
  QueueTime next_look() const { return next_look_; }

  // A table was started: it has to be looked at.
  void NoteStart(QueueTime now);

  // Those that have just become stalled, if it is time to look.
  std::vector<WorkItem> Look(RunningTables& running, QueueTime now);

 private:
  const std::chrono::nanoseconds stall_after_;
  QueueTime next_look_ = kNever;
};

}  // namespace perfecthash
