#include "engine/job/stall_watch.h"

#include <algorithm>

namespace perfecthash {

void StallWatch::NoteStart(QueueTime now) {
  if (stall_after_.count() == 0) return;
  next_look_ = std::min(next_look_, now + stall_after_);
}

std::vector<WorkItem> StallWatch::Look(RunningTables& running, QueueTime now) {
  std::vector<WorkItem> stalled;
  if (now < next_look_) return stalled;
  next_look_ = kNever;
  for (RunningTable& table : running) {
    const QueueTime progress = table.last_progress();
    const bool is_new = table.stall_reported != progress;
    if (is_new && now - progress >= stall_after_) {
      table.stall_reported = progress;
      stalled.push_back(table.Describe(now));
    }
    // Whatever goes on after this look cannot have stalled before the next one.
    const bool is_reported = table.stall_reported == progress;
    const QueueTime from = is_reported ? now : progress;
    next_look_ = std::min(next_look_, from + stall_after_);
  }
  return stalled;
}

}  // namespace perfecthash
