#include "tests/benchmark/verdict_measurement.h"

#include "engine/base/check.h"
#include "engine/perfect_hash/attempt.h"
#include "tests/benchmark/solver_measurement.h"

namespace perfecthash {
namespace {

// Of an attempt that the schedule does not have any more.
Outcome TryFresh(const KeySet& keys, const Solver& solver,
                 HashFunctionId function_id, std::uint64_t attempt,
                 Workspace& workspace) {
  const HashFunction& function = GetHashFunction(function_id);
  const GraphSize size = GraphSize::For(keys.size(), 0);
  const Seeds seeds =
      DrawSeeds(function, solver.schedule().seed_rule(), attempt);
  return TestForCycles(
      {.keys = keys,
       .kernel = BestKernel(),
       .function = function_id,
       .hash = MakeHashParameters(function, seeds, size.vertex_count, keys),
       .size = size},
      workspace, nullptr);
}

}  // namespace

MeasuredVerdict MeasureVerdict(const KeySet& keys, const SolverOptions& options,
                               double seconds_max, Workspace& workspace) {
  using Kind = MeasuredVerdict::Kind;
  // A look at the clock takes longer than an attempt at a small set.
  constexpr std::uint64_t kAttemptsPerLook = 16;
  const double begin = CpuSeconds();
  const auto solver = Solver::Create(keys, options);
  CHECK(solver.ok());
  MeasuredVerdict measured;
  const auto in_time = [&](std::uint64_t attempt) {
    if (attempt % kAttemptsPerLook == 0) {
      measured.seconds = CpuSeconds() - begin;
    }
    return measured.seconds < seconds_max;
  };
  std::uint64_t attempt = 1;
  for (; in_time(attempt); ++attempt) {
    const Outcome outcome = solver->Try(attempt, workspace, nullptr);
    if (outcome == Outcome::kSolved) measured.kind = Kind::kSolved;
    if (outcome == Outcome::kExhausted) measured.kind = Kind::kHopeless;
    if (measured.kind != Kind::kUndecided) break;
  }
  measured.attempts = attempt;
  measured.seconds = CpuSeconds() - begin;
  if (measured.kind != Kind::kHopeless) return measured;
  const double seconds = measured.seconds;
  const HashFunctionId id = FindHashFunction(options.hash_function)->id;
  for (; measured.solved_later == 0 && in_time(attempt); ++attempt) {
    if (TryFresh(keys, *solver, id, attempt, workspace) == Outcome::kSolved) {
      measured.solved_later = attempt;
    }
  }
  measured.seconds = seconds;
  return measured;
}

}  // namespace perfecthash
