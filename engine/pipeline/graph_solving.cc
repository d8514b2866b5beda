#include "engine/pipeline/graph_solving.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <limits>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "engine/base/error_reason.h"
#include "engine/base/status_macros.h"
#include "engine/coroutine/executor.h"
#include "engine/coroutine/task_group.h"

namespace perfecthash {
namespace {

using TimePoint = CompletionPort::Clock::time_point;

constexpr std::chrono::milliseconds kSlice{1};
constexpr std::uint64_t kNone = std::numeric_limits<std::uint64_t>::max();

// What the lanes of one table share.
class Race {
 public:
  Race(TableContext& context, const Solver& solver)
      : context_(context),
        solver_(solver),
        attempts_per_slice_(solver.AttemptsPerSlice(kSlice)),
        started_(context.node.Now()) {}

  TableContext& context() { return context_; }
  TimePoint started() const { return started_; }

  // Claims a slice of attempts and makes them on the calling worker.
  void RunSlice(Workspace& workspace) {
    const std::uint64_t last = solver_.attempt_count_max();
    // Relaxed: the claim is the only thing that the lanes exchange here.
    const std::uint64_t first =
        next_.fetch_add(attempts_per_slice_, std::memory_order_relaxed);
    std::uint64_t made = 0;
    for (; made < attempts_per_slice_; ++made) {
      const std::uint64_t attempt = first + made;
      if (attempt > last || attempt > best()) break;
      const Outcome outcome = solver_.Try(attempt, workspace, StopFlag());
      if (outcome == Outcome::kStopped) break;
      if (outcome == Outcome::kSolved) {
        LowerBestTo(attempt);
        ++made;
        break;
      }
    }
    context_.activity.AddAttempts(made);
    if (context_.job_attempts != nullptr) {
      context_.job_attempts->fetch_add(made, std::memory_order_relaxed);
    }
    CheckTime();
  }

  // Whether there is nothing left to claim.
  bool Ended() const {
    const std::uint64_t next = next_.load(std::memory_order_relaxed);
    return next > best() || next > solver_.attempt_count_max() ||
           context_.cancel.cancelled() ||
           out_of_time_.load(std::memory_order_relaxed);
  }

  absl::StatusOr<std::uint64_t> Result() const;

 private:
  std::uint64_t best() const { return best_.load(std::memory_order_relaxed); }

  const std::atomic<bool>* StopFlag() const {
    return context_.cancel.source() == nullptr
               ? nullptr
               : &context_.cancel.source()->flag();
  }

  void LowerBestTo(std::uint64_t attempt) {
    std::uint64_t seen = best();
    while (attempt < seen && !best_.compare_exchange_weak(
                                 seen, attempt, std::memory_order_relaxed)) {
    }
  }

  void CheckTime() {
    const auto limit = context_.request.options->solve_time_max;
    if (limit.count() == 0 || best() != kNone) return;
    if (context_.node.Now() - started_ < limit) return;
    out_of_time_.store(true, std::memory_order_relaxed);
  }

  TableContext& context_;
  const Solver& solver_;
  const std::uint64_t attempts_per_slice_;
  const TimePoint started_;
  std::atomic<std::uint64_t> next_{1};
  std::atomic<std::uint64_t> best_{kNone};
  std::atomic<bool> out_of_time_{false};
};

absl::StatusOr<std::uint64_t> Race::Result() const {
  // A cancelled lane may have left a lower attempt unmade.
  if (context_.cancel.cancelled()) {
    return WithReason(absl::CancelledError("cancelled while solving"),
                      "CANCELLED");
  }
  if (best() != kNone) return best();
  const std::string made = absl::StrCat(
      "no solution in ", context_.activity.attempts(), " attempts");
  constexpr char kRemedy[] =
      "; try a stronger hash function (Auto ends with the strongest) or more "
      "table resizes";
  if (out_of_time_.load(std::memory_order_relaxed)) {
    const auto limit = context_.request.options->solve_time_max;
    return WithReason(
        absl::DeadlineExceededError(absl::StrCat(
            made, " and ", absl::FormatDuration(absl::FromChrono(limit)),
            ", the time limit", kRemedy)),
        "TIME_LIMIT");
  }
  return WithReason(absl::NotFoundError(
                        absl::StrCat(made, ", all that were allowed", kRemedy)),
                    "NO_SOLUTION");
}

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

Task<absl::StatusOr<std::uint64_t>> FindLowestSolvedAttempt(
    TableContext& context, const Solver& solver, const TableMemory& memory,
    LaneScratch& scratch) {
  Race race(context, solver);
  TaskGroup more_lanes;
  int lane_count = 1;
  context.activity.AddLane();
  // This coroutine is the first lane. Most tables end within its first slice,
  // and then the others are never started.
  while ((co_await RunSlice(race, scratch)).ok() && !race.Ended()) {
    const int allowed =
        std::min(memory.lanes_max,
                 LanesAllowed(context, context.node.Now() - race.started()));
    for (; lane_count < allowed; ++lane_count)
      more_lanes.Start(RunLane(race, memory.lane_bytes));
    co_await ResumeOn(context.node.port());
  }
  context.activity.RemoveLane();
  co_await more_lanes.Join();
  co_return race.Result();
}

}  // namespace perfecthash
