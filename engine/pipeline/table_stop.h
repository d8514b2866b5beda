#pragma once

#include <chrono>

#include "engine/perfect_hash/stop_check.h"
#include "engine/pipeline/table_pipeline.h"

namespace perfecthash {

// Stops the computing of a table that was cancelled or whose time is up; made
// for one step of it, which may take a second at ten million keys. The context
// outlives it. Used by one thread.
class TableStop final : public StopCheck {
 public:
  using TimePoint = TableActivity::TimePoint;

  // Stops at a cancellation alone.
  explicit TableStop(const TableContext& context)
      : TableStop(context, TimePoint::max()) {}
  TableStop(const TableContext& context, TimePoint deadline)
      : context_(context), deadline_(deadline) {}

  bool IsStopped() const override;
  // Whether it stopped because the time was up.
  bool is_late() const { return is_late_; }

 private:
  const TableContext& context_;
  const TimePoint deadline_;
  mutable unsigned questions_ = 0;
  mutable bool is_late_ = false;
};

// When the time of a table is up that was begun at `started`; the latest time
// there is if it has no limit.
TableStop::TimePoint SolveDeadline(const TableContext& context,
                                   TableStop::TimePoint started);

}  // namespace perfecthash
