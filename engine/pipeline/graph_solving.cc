#include "engine/pipeline/graph_solving.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <optional>
#include <utility>

#include "engine/base/error_reason.h"
#include "engine/base/mutex.h"
#include "engine/base/status_macros.h"
#include "engine/base/tracepoint.h"
#include "engine/coroutine/executor.h"
#include "engine/coroutine/task_group.h"
#include "engine/pipeline/solution_measuring.h"
#include "engine/pipeline/table_stop.h"

namespace perfecthash {
namespace {

constexpr std::chrono::milliseconds kSlice{1};
// To measure a solution takes this many times as long as an attempt that fails,
// or more. Where most attempts solve, a slice shall be a slice all the same.
constexpr std::uint64_t kAttemptsPerSolution = 16;

// What the lanes of one table share.
class Race {
 public:
  Race(TableContext& context, const Solver& solver, const SearchGoal& goal)
      : context_(context),
        solver_(solver),
        goal_(goal),
        attempts_per_slice_(AttemptsPerSlice()),
        order_(solver.attempt_count_max(), goal.best_graph) {}

  TableContext& context() { return context_; }
  const char* table_name() const { return context_.request.name.c_str(); }
  std::chrono::nanoseconds elapsed() const {
    return context_.node.Now() - goal_.started;
  }

  // Claims a slice of attempts and makes them on the calling worker.
  void RunSlice(Workspace& workspace) {
    const AttemptOrder::Slice slice = order_.Claim(attempts_per_slice_);
    AttemptOrder::Results results(slice);
    TraceSliceBegin(table_name(), slice.first, slice.count);
    const TableStop stop(context_, goal_.deadline);
    Seeds solved;
    std::uint64_t made = 0;
    while (made < slice.count && order_.IsNeeded(slice.first + made)) {
      const std::uint64_t attempt = slice.first + made;
      const Outcome outcome = solver_.Try(attempt, workspace, &stop, &solved);
      if (outcome == Outcome::kStopped) break;
      if (outcome == Outcome::kExhausted) {
        order_.NeedNoneAfter(attempt - 1);
        break;
      }
      double value = 0;
      if (outcome == Outcome::kSolved) {
        if (goal_.best_graph == nullptr) {
          order_.NeedNoneAfter(attempt);
        } else {
          const auto measured = Measure(attempt, solved, workspace, stop);
          if (!measured) break;
          value = *measured;
        }
      }
      results.Add(attempt, outcome, value);
      ++made;
    }
    TraceSliceEnd(table_name(), made);
    context_.activity.AddAttempts(made);
    if (context_.job_attempts != nullptr) {
      context_.job_attempts->fetch_add(made, std::memory_order_relaxed);
    }
    if (stop.is_late()) results.CutShort();
    if (slice.count > 0) order_.Complete(std::move(results));
    const TableActivity::TimePoint now = context_.node.Now();
    if (made > 0) context_.activity.NoteProgress(now);
    if (now >= goal_.deadline) order_.EndByTime();
  }

  // Whether there is nothing left to claim.
  bool Ended() const {
    return order_.is_over() || context_.cancel.cancelled() ||
           has_failed_.load(std::memory_order_relaxed);
  }

  absl::StatusOr<SearchOutcome> Result() const {
    // A cancelled lane may have left a lower attempt unmade.
    if (context_.cancel.cancelled()) {
      return WithReason(absl::CancelledError("cancelled while solving"),
                        "CANCELLED");
    }
    MutexLock lock(mutex_);
    RETURN_IF_ERROR(failure_);
    return order_.Result();
  }

 private:
  std::uint64_t AttemptsPerSlice() const {
    const std::uint64_t attempts = solver_.AttemptsPerSlice(kSlice);
    if (goal_.best_graph == nullptr) return attempts;
    return std::max<std::uint64_t>(1, attempts / kAttemptsPerSolution);
  }

  // The value of a solution for the best graph. Nothing if it was stopped, or
  // failed, which ends the search.
  std::optional<double> Measure(std::uint64_t attempt, const Seeds& solved,
                                Workspace& workspace, const TableStop& stop) {
    const auto measured = MeasureSolution({.solver = solver_,
                                           .options = *goal_.best_graph,
                                           .workspace = workspace,
                                           .stop = &stop},
                                          attempt, solved);
    if (measured.ok()) {
      return ValueOf(goal_.best_graph->predicate.measure, *measured);
    }
    if (!absl::IsCancelled(measured.status())) Fail(measured.status());
    return std::nullopt;
  }

  void Fail(const absl::Status& status) {
    MutexLock lock(mutex_);
    failure_.Update(status);
    // Relaxed: the status is read under the lock.
    has_failed_.store(true, std::memory_order_relaxed);
  }

  TableContext& context_;
  const Solver& solver_;
  const SearchGoal goal_;
  const std::uint64_t attempts_per_slice_;
  AttemptOrder order_;
  std::atomic<bool> has_failed_{false};
  mutable Mutex mutex_;
  absl::Status failure_ ABSL_GUARDED_BY(mutex_);
};

// One slice within the job's limit of threads.
Task<absl::Status> RunSlice(Race& race, LaneScratch& scratch) {
  TableContext& context = race.context();
  SemaphoreUnits thread;
  if (context.job_threads != nullptr) {
    CO_ASSIGN_OR_RETURN(thread, co_await context.job_threads->Acquire(
                                    1, context.node.port(), context.cancel));
  }
  race.RunSlice(scratch.ForSlice());
  co_return absl::OkStatus();
}

// Runs slices, giving way after each, until the race has ended.
Task<> RunLane(Race& race, std::uint64_t workspace_bytes) {
  LaneScratch scratch(race.context().workspaces, workspace_bytes);
  race.context().activity.AddLane();
  while (!race.Ended()) {
    co_await ResumeOn(race.context().node.port());
    // It fails by cancellation alone, which ends the race as well.
    if (!(co_await RunSlice(race, scratch)).ok()) break;
  }
  race.context().activity.RemoveLane();
}

// Lanes that the ramp allows after `elapsed`.
int LanesAllowed(const TableContext& context,
                 std::chrono::nanoseconds elapsed) {
  const LaneRamp& ramp = context.request.options->lanes;
  const int lanes_max =
      ramp.max > 0 ? ramp.max
                   : std::max(ramp.initial, context.node.worker_slot_count());
  if (ramp.increase_after.count() <= 0) {
    return std::min(ramp.initial, lanes_max);
  }
  const auto gained = elapsed / ramp.increase_after;
  return static_cast<int>(
      std::min<std::int64_t>(lanes_max, ramp.initial + gained));
}

}  // namespace

Task<absl::StatusOr<SearchOutcome>> SearchAttempts(TableContext& context,
                                                   const Solver& solver,
                                                   const SearchGoal& goal,
                                                   const TableMemory& memory,
                                                   LaneScratch& scratch) {
  Race race(context, solver, goal);
  TaskGroup more_lanes;
  int lane_count = 1;
  context.activity.AddLane();
  // This coroutine is the first lane. Most tables end within its first slice,
  // and then the others are never started.
  while ((co_await RunSlice(race, scratch)).ok() && !race.Ended()) {
    const int allowed =
        std::min(memory.lanes_max, LanesAllowed(context, race.elapsed()));
    while (lane_count < allowed) {
      TraceLaneAdded(race.table_name(), ++lane_count);
      more_lanes.Start(RunLane(race, memory.lane_bytes));
    }
    co_await ResumeOn(context.node.port());
  }
  context.activity.RemoveLane();
  co_await more_lanes.Join();
  co_return race.Result();
}

}  // namespace perfecthash
