#pragma once

#include <cstddef>
#include <list>
#include <memory>

#include "engine/job/running_table.h"

namespace perfecthash {

// The tables that were started and have not ended, in the order of their
// starts; each stays where it is in memory. Used under its owner's lock.
class RunningTables {
 public:
  bool empty() const { return tables_.empty(); }
  std::size_t size() const { return tables_.size(); }
  auto begin() { return tables_.begin(); }
  auto end() { return tables_.end(); }
  auto begin() const { return tables_.begin(); }
  auto end() const { return tables_.end(); }

  // Takes over a token of the job: all of them when nothing of it is queued any
  // more.
  RunningTable& Start(std::shared_ptr<ActiveJob> job, int index, QueueTime now);

  // The ended table in a list of its own, so that it can die after the lock is
  // released.
  std::list<RunningTable> Remove(RunningTable& table);

 private:
  std::list<RunningTable> tables_;
};

}  // namespace perfecthash
