#include "engine/pipeline/table_solving.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "engine/base/error_reason.h"
#include "engine/base/status_macros.h"
#include "engine/perfect_hash/solver.h"
#include "engine/pipeline/graph_solving.h"
#include "engine/pipeline/lane_scratch.h"
#include "engine/pipeline/solution_measuring.h"
#include "engine/pipeline/table_stop.h"

namespace perfecthash {
namespace {

absl::StatusOr<Solver> MakeSolver(const KeySet& keys,
                                  const SolverOptions& options) {
  auto solver = Solver::Create(keys, options);
  if (solver.ok()) return solver;
  return WithReason(solver.status(), "OPTIONS_INVALID");
}

bool Contains(const KeySet& keys, std::uint64_t key) {
  std::size_t begin = 0, end = keys.size();
  while (begin < end) {
    const std::size_t middle = begin + (end - begin) / 2;
    if (keys.original_key(middle) == key) return true;
    if (keys.original_key(middle) < key) {
      begin = middle + 1;
    } else {
      end = middle;
    }
  }
  return false;
}

absl::Status CheckSubset(const KeySet& keys, const BestGraphOptions& options) {
  for (const std::uint64_t key : options.keys_subset) {
    if (Contains(keys, key)) continue;
    return WithReason(
        absl::InvalidArgumentError(absl::StrCat(
            "best_graph.keys_subset: ", key, " is not among the table's keys")),
        "OPTIONS_INVALID");
  }
  return absl::OkStatus();
}

TrialVerdict VerdictOf(const SearchOutcome& outcome) {
  if (outcome.attempt != 0) return TrialVerdict::kSolved;
  return outcome.end == SearchEnd::kTime ? TrialVerdict::kTimeLimit
                                         : TrialVerdict::kAttemptLimit;
}

// "MultiplyShiftRX 64 BUDGET_SPENT; Mulshrolate4RX+1 9 SOLVED": attempts with
// each function, "+1" at a table that was doubled once, and why they ended.
std::string Describe(const SolveRecord& record) {
  std::string text;
  for (const FunctionTrial& trial : record) {
    absl::StrAppend(&text, text.empty() ? "" : "; ",
                    std::string(GetHashFunction(trial.function).name));
    if (trial.table_resizes > 0) {
      absl::StrAppend(&text, "+", trial.table_resizes);
    }
    absl::StrAppend(&text, " ", trial.attempts, " ",
                    std::string(NameOf(trial.verdict)));
  }
  return text;
}

absl::Status TimeLimit(const TableContext& context, const std::string& what,
                       const std::string& remedy) {
  const auto limit = context.request.options->solve_time_max;
  return WithReason(absl::DeadlineExceededError(absl::StrCat(
                        what, absl::FormatDuration(absl::FromChrono(limit)),
                        ", the time limit", remedy)),
                    "TIME_LIMIT");
}

absl::Status WithCounts(absl::Status status, const SearchOutcome& outcome,
                        const SolveRecord& record) {
  const AttemptCounts& counts = outcome.counts;
  status =
      WithMetadata(status, "attempts", absl::StrCat(outcome.counts.total()));
  status = WithMetadata(status, "loop_failures", absl::StrCat(counts.loops));
  status = WithMetadata(status, "cyclic_failures", absl::StrCat(counts.cyclic));
  status = WithMetadata(status, "preparations", absl::StrCat(counts.prepared));
  return WithMetadata(status, "trials", Describe(record));
}

// What a user can do about `end`, given what was asked for.
std::string Advice(const SolverOptions& options, SearchEnd end) {
  const auto& seeds = options.seeds;
  if (!seeds.empty()) {
    const bool any_drawn = std::count(seeds.begin(), seeds.end(), 0) > 0;
    return any_drawn ? "these seeds, with none that was drawn beside them, do "
                       "not solve these keys"
                     : "these seeds do not solve these keys (those of a table "
                       "solve its own keys, at its own table resizes)";
  }
  if (!IsAuto(options)) {
    return "try a stronger hash function (Auto finds one) or more table "
           "resizes";
  }
  if (end == SearchEnd::kTime) return "allow more time or more table resizes";
  if (options.max_attempts > 0) {
    return "raise max_attempts, or allow more table resizes";
  }
  return "allow more table resizes";
}

absl::Status NotSolved(const TableContext& context,
                       const SearchOutcome& outcome,
                       const SolveRecord& record) {
  const std::uint64_t attempts = outcome.counts.total();
  const std::string made = absl::StrCat(
      "no solution in ", attempts, attempts == 1 ? " attempt" : " attempts");
  const std::string tried =
      absl::StrCat(" (tried ", Describe(record), "); ",
                   Advice(context.request.options->solver, outcome.end));
  if (outcome.end == SearchEnd::kTime) {
    return WithCounts(TimeLimit(context, made + " and ", tried), outcome,
                      record);
  }
  const bool is_hopeless = record.back().verdict == TrialVerdict::kHopeless;
  return WithCounts(
      WithReason(absl::NotFoundError(absl::StrCat(
                     made,
                     is_hopeless ? ", and none is to be expected of more"
                                 : ", all that were allowed",
                     tried)),
                 "NO_SOLUTION"),
      outcome, record);
}

// A solution was found, but `status` is why there is no table of it.
absl::Status NotBuilt(const TableContext& context, const absl::Status& status,
                      const SearchOutcome& outcome, const SolveRecord& record) {
  if (!absl::IsCancelled(status)) return status;
  if (context.cancel.cancelled()) return WithReason(status, "CANCELLED");
  return WithCounts(
      TimeLimit(context,
                absl::StrCat("attempt ", outcome.attempt,
                             " is solved, but its table was not built within "),
                "; allow some more time"),
      outcome, record);
}

SolverOptions OptionsOfFirst(const TableOptions& options) {
  SolverOptions first = options.solver;
  first.planned_time = options.solve_time_max;
  // Where many solutions are wanted the pool pays also with a named function.
  if (options.best_graph.has_value() && first.search == SeedSearch::kAuto) {
    first.search = SeedSearch::kPool;
  }
  return first;
}

// What the two parts of solving a table have in common.
struct Solving {
  TableContext& context;
  const KeySet& keys;
  const TableMemory& memory;
  LaneScratch& scratch;
  TableActivity::TimePoint started;
  TableActivity::TimePoint deadline;  // of the table's time limit
};

// A solution that was found in time may be built a little beyond it: most
// tables are built in less.
constexpr std::chrono::milliseconds kBuildGrace{40};

TableStop StopOfBuild(const Solving& solving) {
  const auto deadline = solving.deadline;
  return TableStop(solving.context, deadline == TableStop::TimePoint::max()
                                        ? deadline
                                        : deadline + kBuildGrace);
}

// The search for the best graph leaves time to build the winner, if that takes
// more than the grace: as long as the first one took, and once more in case
// that the machine is busier now.
TableActivity::TimePoint DeadlineOfBest(const Solving& solving) {
  const auto build = 2 * solving.context.activity.TimeIn(TableStage::kBuild);
  const bool has_limit = solving.deadline != TableStop::TimePoint::max();
  return has_limit && build > kBuildGrace ? solving.deadline - build
                                          : solving.deadline;
}

Task<absl::StatusOr<SolvedTable>> SolveFirst(const Solving& solving) {
  TableContext& context = solving.context;
  const TableOptions& options = *context.request.options;
  CO_ASSIGN_OR_RETURN(const Solver solver,
                      MakeSolver(solving.keys, OptionsOfFirst(options)));
  CO_ASSIGN_OR_RETURN(const SearchOutcome outcome,
                      co_await SearchAttempts(context, solver,
                                              {.started = solving.started,
                                               .deadline = solving.deadline},
                                              solving.memory, solving.scratch));
  const bool is_solved = outcome.attempt != 0;
  const TableStop stop = StopOfBuild(solving);
  SolveRecord record =
      solver.Record(is_solved ? outcome.attempt : outcome.counts.total(),
                    VerdictOf(outcome), solving.scratch.ForSlice(), &stop);
  if (!is_solved) co_return NotSolved(context, outcome, record);
  context.activity.Enter(TableStage::kBuild, context.node.Now());
  const BestGraphOptions measured =
      options.best_graph.value_or(BestGraphOptions());
  auto built = BuildSolution({.solver = solver,
                              .options = measured,
                              .workspace = solving.scratch.ForSlice(),
                              .stop = &stop},
                             outcome.attempt);
  if (!built.ok()) {
    co_return NotBuilt(context, built.status(), outcome, record);
  }
  co_return SolvedTable{.table = std::move(built->table),
                        .coverage = std::move(built->coverage),
                        .search = outcome,
                        .record = std::move(record)};
}

// Instead of the best graph, where the limits allow no other.
SolvedTable FirstAsBest(SolvedTable first, const BestGraphOptions& best_graph,
                        SearchEnd end) {
  first.search.end = end;
  first.search.best_value =
      ValueOf(best_graph.predicate.measure, first.coverage);
  return first;
}

// The best graph with the function and at the size of the first one.
Task<absl::StatusOr<SolvedTable>> SolveBest(const Solving& solving,
                                            SolvedTable first) {
  TableContext& context = solving.context;
  const TableOptions& options = *context.request.options;
  const BestGraphOptions& best_graph = *options.best_graph;
  CO_ASSIGN_OR_RETURN(
      const Solver solver,
      MakeSolver(solving.keys,
                 OptionsOfBestGraph(options, first.table.parameters())));
  context.activity.Enter(TableStage::kSolve, context.node.Now());
  CO_ASSIGN_OR_RETURN(
      const SearchOutcome outcome,
      co_await SearchAttempts(context, solver,
                              {.best_graph = &best_graph,
                               .started = solving.started,
                               .deadline = DeadlineOfBest(solving)},
                              solving.memory, solving.scratch));
  if (outcome.attempt == 0) {
    co_return FirstAsBest(std::move(first), best_graph, outcome.end);
  }
  context.activity.Enter(TableStage::kBuild, context.node.Now());
  const TableStop stop = StopOfBuild(solving);
  auto best = BuildSolution({.solver = solver,
                             .options = best_graph,
                             .workspace = solving.scratch.ForSlice(),
                             .stop = &stop},
                            outcome.attempt);
  if (stop.is_late() && !best.ok()) {
    co_return FirstAsBest(std::move(first), best_graph, SearchEnd::kTime);
  }
  if (!best.ok()) {
    co_return NotBuilt(context, best.status(), outcome, first.record);
  }
  co_return SolvedTable{.table = std::move(best->table),
                        .coverage = std::move(best->coverage),
                        .search = outcome,
                        .record = std::move(first.record)};
}

}  // namespace

SolverOptions OptionsOfBestGraph(const TableOptions& options,
                                 const TableParameters& settled) {
  SolverOptions solver = OptionsOfFirst(options);
  solver.hash_function = std::string(GetHashFunction(settled.function).name);
  solver.initial_table_resizes = settled.table_resizes;
  solver.max_table_resizes = 0;
  solver.attempts_before_table_resize = 0;
  const std::uint64_t attempts_max = options.best_graph->attempts_max;
  if (solver.max_attempts == 0 ||
      (attempts_max != 0 && attempts_max < solver.max_attempts)) {
    solver.max_attempts = attempts_max;
  }
  return solver;
}

Task<absl::StatusOr<SolvedTable>> SolveTable(TableContext& context,
                                             const KeySet& keys,
                                             const TableMemory& memory) {
  const auto& best_graph = context.request.options->best_graph;
  if (best_graph.has_value()) {
    CO_RETURN_IF_ERROR(CheckSubset(keys, *best_graph));
  }
  LaneScratch scratch(context.workspaces, memory.lane_bytes);
  const auto started = context.node.Now();
  const Solving solving = {.context = context,
                           .keys = keys,
                           .memory = memory,
                           .scratch = scratch,
                           .started = started,
                           .deadline = SolveDeadline(context, started)};
  context.activity.Enter(TableStage::kSolve, solving.started);
  CO_ASSIGN_OR_RETURN(SolvedTable first, co_await SolveFirst(solving));
  if (!best_graph.has_value()) co_return first;
  co_return co_await SolveBest(solving, std::move(first));
}

}  // namespace perfecthash
