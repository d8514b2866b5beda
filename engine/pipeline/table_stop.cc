#include "engine/pipeline/table_stop.h"

namespace perfecthash {

bool TableStop::IsStopped() const {
  const CancellationSource* const cancel = context_.cancel.source();
  // Relaxed: the flag guards no data.
  if (cancel != nullptr && cancel->flag().load(std::memory_order_relaxed)) {
    return true;
  }
  if (deadline_ == TimePoint::max()) return false;
  // A look at the clock takes longer than one at a flag.
  constexpr unsigned kQuestionsPerLook = 16;
  if (++questions_ % kQuestionsPerLook == 0 && !is_late_) {
    is_late_ = context_.node.Now() >= deadline_;
  }
  return is_late_;
}

TableStop::TimePoint SolveDeadline(const TableContext& context,
                                   TableStop::TimePoint started) {
  const auto limit = context.request.options->solve_time_max;
  return limit.count() == 0 ? TableStop::TimePoint::max() : started + limit;
}

}  // namespace perfecthash
