#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>

#include "absl/status/statusor.h"
#include "engine/perfect_hash/attempt_schedule.h"
#include "engine/perfect_hash/key_set.h"
#include "engine/perfect_hash/outcome.h"
#include "engine/perfect_hash/peel.h"
#include "engine/perfect_hash/seed_pool.h"
#include "engine/perfect_hash/solve_record.h"
#include "engine/perfect_hash/solver_options.h"
#include "engine/perfect_hash/stop_check.h"
#include "engine/perfect_hash/table.h"
#include "engine/perfect_hash/workspace.h"

namespace perfecthash {

struct Kernel;

// Finds the table of one key set by trying seeds: each attempt makes a graph,
// keys its edges, and is solved if the graph has no cycle. Attempts do not
// depend on each other, so many threads may each try numbers of their own; who
// wants the same table at every concurrency takes the lowest solved attempt.
//
//   ASSIGN_OR_RETURN(Solver solver, Solver::Create(keys, options));
//   std::uint64_t attempt = 1;
//   while (solver.Try(attempt, workspace, nullptr) != Outcome::kSolved)
//     ++attempt;  // till kExhausted
//   ASSIGN_OR_RETURN(Table table, solver.Build(attempt, workspace));
//
// The key set outlives the solver. Thread-safe, with a workspace for each
// thread.
class Solver {
 public:
  // InvalidArgument naming the option that is wrong.
  static absl::StatusOr<Solver> Create(const KeySet& keys,
                                       const SolverOptions& options);

  // `attempt` counts from 1. `stop` may be null; when it says so the attempt
  // ends soon (it is asked every few hundred or thousand keys). Allocates only
  // when the workspace has to grow. `solved`, which may be null, gets the seeds
  // of an attempt that is solved, else anything.
  Outcome Try(std::uint64_t attempt, Workspace& workspace,
              const StopCheck* stop, Seeds* solved = nullptr) const;

  struct BuildOptions {
    // Asked every few thousand keys.
    const StopCheck* stop = nullptr;
    // What Try found, which spares finding it again.
    const Seeds* solved = nullptr;
    // Gets the shape of the graph.
    ForestShape* shape = nullptr;
  };
  // The table of an attempt that is solved, verified for every key.
  // FailedPrecondition: the attempt is not solved. Cancelled: it was stopped.
  // Internal: the verification failed, which is a bug.
  absl::StatusOr<Table> Build(std::uint64_t attempt, Workspace& workspace,
                              const BuildOptions& options) const;
  absl::StatusOr<Table> Build(std::uint64_t attempt,
                              Workspace& workspace) const {
    return Build(attempt, workspace, BuildOptions());
  }
  // The same table in the workspace, until that is used again, and not
  // verified: to be looked at, not to be handed out.
  absl::StatusOr<TableView> Assign(std::uint64_t attempt, Workspace& workspace,
                                   const BuildOptions& options) const;

  // The last attempt; the largest number if there is no limit. It becomes less
  // when a named function turns out to be hopeless.
  std::uint64_t attempt_count_max() const;
  const AttemptSchedule& schedule() const { return schedule_; }
  // What an attempt tries. May have to assess a function first.
  AttemptPlan Plan(std::uint64_t attempt, Workspace& workspace,
                   const StopCheck* stop) const;

  // What was tried and why it ended, when attempts 1..`attempts` were made and
  // the last of them solved (`end` is kSolved) or none did (any other `end`;
  // with kAttemptLimit it is found out whether that was the caller's or, as
  // kHopeless, the function's, unless it is stopped before). Not empty. Does
  // not depend on who made the attempts.
  SolveRecord Record(std::uint64_t attempts, TrialVerdict end,
                     Workspace& workspace,
                     const StopCheck* stop = nullptr) const;

  // How many attempts take about `slice`, at least 1: by a fixed model of the
  // costs, so the same on every machine.
  std::uint64_t AttemptsPerSlice(std::chrono::nanoseconds slice) const;

 private:
  // What was found out about the set on the way. Every thread comes to the same
  // numbers, so the order of the atomics is relaxed throughout.
  struct Findings {
    // Expected attempts by slot of the schedule; 0 until known.
    std::array<std::atomic<double>, AttemptSchedule::kSlotCount> expected = {};
    std::atomic<std::uint64_t> attempt_count_max;
  };

  Solver(const KeySet& keys, AttemptSchedule schedule, const Kernel& kernel);

  // The plan of an attempt that is solved, with the seeds that solve it.
  absl::StatusOr<AttemptPlan> PlanOfSolved(std::uint64_t attempt,
                                           Workspace& workspace,
                                           const BuildOptions& options) const;
  TableParameters ParametersOf(const AttemptPlan& plan,
                               std::uint64_t attempt) const;
  // Fills `entries`, which are for GraphSize::For(keys, plan.table_resizes).
  absl::Status AssignEntries(std::uint64_t attempt, const AttemptPlan& plan,
                             Workspace& workspace, std::uint8_t* entries,
                             const BuildOptions& options) const;

  std::optional<double> Assess(const AttemptStage& stage, int slot,
                               Workspace& workspace,
                               const StopCheck* stop) const;

  const KeySet* keys_;
  AttemptSchedule schedule_;
  const Kernel* kernel_;
  std::unique_ptr<SeedPool> pool_;  // null if the schedule pairs nothing
  std::unique_ptr<Findings> findings_;
};

// Bytes that solving a set takes at most: the workspaces of `lane_count` lanes
// and what they share. Options that are wrong count as the default ones.
std::size_t SolvingBytes(const SolverOptions& options, std::size_t key_count,
                         int table_resizes, int lane_count);

}  // namespace perfecthash
