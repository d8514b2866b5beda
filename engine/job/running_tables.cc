#include "engine/job/running_tables.h"

#include <iterator>
#include <utility>

namespace perfecthash {

RunningTable& RunningTables::Start(std::shared_ptr<ActiveJob> job, int index,
                                   QueueTime now) {
  RunningTable& table = tables_.emplace_back();
  table.position = std::prev(tables_.end());
  table.index = index;
  table.started = now;
  table.activity.Enter(TableStage::kQueued, TableActivity::TimePoint(now));
  WorkToken& token = job->queue_token;
  table.token = job->queued() > 0 ? token.Split() : std::move(token);
  table.job = std::move(job);
  return table;
}

std::list<RunningTable> RunningTables::Remove(RunningTable& table) {
  std::list<RunningTable> removed;
  removed.splice(removed.end(), tables_, table.position);
  return removed;
}

}  // namespace perfecthash
