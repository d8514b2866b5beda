#include "tests/benchmark/solver_measurement.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <utility>
#include <vector>

#include "engine/base/check.h"
#include "engine/perfect_hash/coverage.h"
#include "tests/benchmark/reference_solver.h"

namespace perfecthash {
namespace {

Solver MakeSolver(const KeySet& keys, const SolverOptions& options) {
  auto solver = Solver::Create(keys, options);
  if (!solver.ok()) {
    std::fprintf(stderr, "%s\n",
                 std::string(solver.status().message()).c_str());
    std::exit(2);
  }
  return *std::move(solver);
}

}  // namespace

double CpuSeconds() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * time.tv_nsec;
}

Solution SolveFirst(const KeySet& keys, const SolverOptions& options,
                    Workspace& workspace) {
  const double begin = CpuSeconds();
  const Solver solver = MakeSolver(keys, options);
  Solution solution;
  Outcome outcome = Outcome::kCyclic;
  std::uint64_t attempt = 0;
  while (outcome != Outcome::kSolved && outcome != Outcome::kExhausted) {
    outcome = solver.Try(++attempt, workspace, nullptr);
  }
  solution.tried = {CpuSeconds() - begin, attempt, outcome == Outcome::kSolved};
  if (!solution.tried.is_solved) return solution;
  const double tried = CpuSeconds();
  const auto table = solver.Build(attempt, workspace);
  solution.build_seconds = CpuSeconds() - tried;
  CHECK(table.ok());
  solution.function = table->hash_function().name;
  solution.is_confirmed = ReferenceSolver(keys).Confirms(*table);
  return solution;
}

// The reference, till its first solution, but at most so many attempts.
Measured ReferenceFirst(const KeySet& keys, SolverOptions options,
                        std::uint64_t attempts_max) {
  options.search = SeedSearch::kPlain;
  const Solver solver = MakeSolver(keys, options);
  Workspace workspace;
  ReferenceSolver reference(keys);
  const double begin = CpuSeconds();
  Measured measured;
  while (!measured.is_solved && measured.attempts < attempts_max) {
    const auto plan = solver.Plan(++measured.attempts, workspace, nullptr);
    if (plan.kind == AttemptKind::kNone) break;
    measured.is_solved = reference.Try(plan.function, plan.seeds,
                                       plan.table_resizes) == Outcome::kSolved;
  }
  measured.seconds = CpuSeconds() - begin;
  return measured;
}

Rates MeasureRates(const KeySet& keys, SolverOptions options,
                   std::uint64_t attempts, std::uint64_t reference_attempts,
                   Workspace& workspace) {
  options.search = SeedSearch::kPlain;
  options.max_attempts = 0;
  const Solver solver = MakeSolver(keys, options);
  Rates rates;
  rates.ours.attempts = attempts;
  rates.reference.attempts = std::min(attempts, reference_attempts);
  std::vector<Outcome> outcomes(attempts);
  solver.Try(1, workspace, nullptr);  // the workspace grows
  double begin = CpuSeconds();
  for (std::uint64_t i = 0; i < attempts; ++i) {
    outcomes[i] = solver.Try(i + 1, workspace, nullptr);
  }
  rates.ours.seconds = CpuSeconds() - begin;
  ReferenceSolver reference(keys);
  begin = CpuSeconds();
  for (std::uint64_t i = 0; i < rates.reference.attempts; ++i) {
    const AttemptPlan plan = solver.Plan(i + 1, workspace, nullptr);
    rates.differing_count += reference.Try(plan.function, plan.seeds,
                                           plan.table_resizes) != outcomes[i];
  }
  rates.reference.seconds = CpuSeconds() - begin;
  return rates;
}

ManySolutions MeasureSolutions(const KeySet& keys, const SolverOptions& options,
                               std::uint64_t solutions, Workspace& workspace) {
  const Solver solver = MakeSolver(keys, options);
  ManySolutions many;
  Coverage coverage;
  for (std::uint64_t i = 0; i < solutions; ++i) {
    const double begin = CpuSeconds();
    Seeds solved;
    while (solver.Try(++many.attempts, workspace, nullptr, &solved) !=
           Outcome::kSolved) {
      CHECK(many.attempts < solver.attempt_count_max());
    }
    const double tried = CpuSeconds();
    const auto table =
        solver.Assign(many.attempts, workspace, {.solved = &solved});
    const double assigned = CpuSeconds();
    CHECK(table.ok());
    coverage = *MeasureCoverage(*table, nullptr);
    many.try_seconds += tried - begin;
    many.assign_seconds += assigned - tried;
    many.measure_seconds += CpuSeconds() - assigned;
  }
  const auto built = solver.Build(many.attempts, workspace);
  many.is_confirmed =
      built.ok() && MeasureCoverage(*built).score == coverage.score;
  return many;
}

}  // namespace perfecthash
