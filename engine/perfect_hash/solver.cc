#include "engine/perfect_hash/solver.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/base/status_macros.h"
#include "engine/perfect_hash/assessment.h"
#include "engine/perfect_hash/attempt.h"
#include "engine/perfect_hash/kernels/kernel.h"
#include "engine/perfect_hash/peel.h"

namespace perfecthash {
namespace {

absl::StatusOr<const Kernel*> ChooseKernel(const std::string& name) {
  if (name.empty()) return &BestKernel();
  if (const Kernel* kernel = FindKernel(name)) return kernel;
  std::vector<std::string_view> names;
  for (const Kernel* kernel : AllKernels()) {
    if (kernel->supported()) names.push_back(kernel->name);
  }
  const auto append = [](std::string* out, std::string_view kernel_name) {
    out->append(kernel_name);
  };
  return absl::InvalidArgumentError(absl::StrCat(
      "kernel: \"", name, "\" is not among those of this machine: ",
      absl::StrJoin(names, ", ", append)));
}

GraphOfKeys MakeGraph(const KeySet& keys, const Kernel& kernel,
                      const AttemptPlan& plan) {
  const GraphSize size = GraphSize::For(keys.size(), plan.table_resizes);
  return {.keys = keys,
          .kernel = kernel,
          .function = plan.function,
          .hash = MakeHashParameters(GetHashFunction(plan.function), plan.seeds,
                                     size.vertex_count, keys),
          .size = size};
}

absl::Status NotSolved(std::uint64_t attempt) {
  return absl::FailedPreconditionError(
      absl::StrCat("attempt ", attempt, " is not solved"));
}

absl::Status Stopped(std::uint64_t attempt) {
  return absl::CancelledError(absl::StrCat(
      "stopped while the table of attempt ", attempt, " was built"));
}

}  // namespace

Solver::Solver(const KeySet& keys, AttemptSchedule schedule,
               const Kernel& kernel)
    : keys_(&keys),
      schedule_(std::move(schedule)),
      kernel_(&kernel),
      findings_(std::make_unique<Findings>()) {
  findings_->attempt_count_max = schedule_.attempt_count_max();
  if (!schedule_.uses_pool()) return;
  pool_ = std::make_unique<SeedPool>(keys, kernel, schedule_.seed_rule());
}

absl::StatusOr<Solver> Solver::Create(const KeySet& keys,
                                      const SolverOptions& options) {
  ASSIGN_OR_RETURN(AttemptSchedule schedule,
                   AttemptSchedule::Create(
                       options, keys.size(),
                       keys.is_wide() ? KeyWidth::k64Bits : KeyWidth::k32Bits));
  ASSIGN_OR_RETURN(const Kernel* const kernel, ChooseKernel(options.kernel));
  return Solver(keys, std::move(schedule), *kernel);
}

std::uint64_t Solver::attempt_count_max() const {
  return findings_->attempt_count_max.load(std::memory_order_relaxed);
}

std::optional<double> Solver::Assess(const AttemptStage& stage, int slot,
                                     Workspace& workspace,
                                     const StopCheck* stop) const {
  std::atomic<double>& known = findings_->expected[slot];
  const double expected = known.load(std::memory_order_relaxed);
  if (expected != 0) return expected;
  const auto assessed = AssessFunction({.keys = *keys_,
                                        .kernel = *kernel_,
                                        .function = stage.function,
                                        .table_resizes = stage.table_resizes,
                                        .seed_rule = schedule_.seed_rule()},
                                       workspace, stop);
  if (assessed) known.store(*assessed, std::memory_order_relaxed);
  return assessed;
}

AttemptPlan Solver::Plan(std::uint64_t attempt, Workspace& workspace,
                         const StopCheck* stop) const {
  return schedule_.Plan(attempt, [&](const AttemptStage& stage, int slot) {
    return Assess(stage, slot, workspace, stop);
  });
}

Outcome Solver::Try(std::uint64_t attempt, Workspace& workspace,
                    const StopCheck* stop, Seeds* solved) const {
  if (attempt == 0 || attempt > attempt_count_max()) return Outcome::kExhausted;
  const AttemptPlan plan = Plan(attempt, workspace, stop);
  switch (plan.kind) {
    case AttemptKind::kCandidate:
      return pool_->Score(plan, workspace);
    case AttemptKind::kPair:
      return pool_->TryPair(plan, workspace, stop, solved);
    case AttemptKind::kFresh:
      if (solved != nullptr) *solved = plan.seeds;
      return TestForCycles(MakeGraph(*keys_, *kernel_, plan), workspace, stop);
    case AttemptKind::kUnknown:
      return Outcome::kStopped;
    case AttemptKind::kNone:
      break;
  }
  findings_->attempt_count_max.store(plan.attempt_count,
                                     std::memory_order_relaxed);
  return Outcome::kExhausted;
}

absl::StatusOr<AttemptPlan> Solver::PlanOfSolved(
    std::uint64_t attempt, Workspace& workspace,
    const BuildOptions& options) const {
  if (attempt == 0 || attempt > attempt_count_max()) {
    return absl::FailedPreconditionError(
        absl::StrCat("there is no attempt ", attempt));
  }
  AttemptPlan plan = Plan(attempt, workspace, options.stop);
  if (plan.kind == AttemptKind::kUnknown) return Stopped(attempt);
  if (plan.kind != AttemptKind::kPair && plan.kind != AttemptKind::kFresh) {
    return NotSolved(attempt);
  }
  if (options.solved != nullptr) {
    plan.seeds = *options.solved;
    return plan;
  }
  if (plan.kind == AttemptKind::kFresh) return plan;
  switch (pool_->TryPair(plan, workspace, options.stop, &plan.seeds)) {
    case Outcome::kSolved:
      return plan;
    case Outcome::kStopped:
      return Stopped(attempt);
    default:
      return NotSolved(attempt);
  }
}

TableParameters Solver::ParametersOf(const AttemptPlan& plan,
                                     std::uint64_t attempt) const {
  const GraphOfKeys graph = MakeGraph(*keys_, *kernel_, plan);
  HashParameters hash = graph.hash;
  hash.high_offset = 0;  // of this key set's memory
  return {.function = plan.function,
          .seeds = plan.seeds,
          .hash = hash,
          .size = graph.size,
          .key_count = static_cast<std::uint32_t>(keys_->size()),
          .table_resizes = plan.table_resizes,
          .key_width = keys_->width(),
          .packing = keys_->packing(),
          .attempt = attempt};
}

absl::Status Solver::AssignEntries(std::uint64_t attempt,
                                   const AttemptPlan& plan,
                                   Workspace& workspace, std::uint8_t* entries,
                                   const BuildOptions& options) const {
  switch (AssignVertices(MakeGraph(*keys_, *kernel_, plan), workspace,
                         options.stop,
                         {.entries = entries, .shape = options.shape})) {
    case Outcome::kSolved:
      return absl::OkStatus();
    case Outcome::kStopped:
      return Stopped(attempt);
    default:
      return NotSolved(attempt);
  }
}

absl::StatusOr<Table> Solver::Build(std::uint64_t attempt, Workspace& workspace,
                                    const BuildOptions& options) const {
  ASSIGN_OR_RETURN(const AttemptPlan plan,
                   PlanOfSolved(attempt, workspace, options));
  const TableParameters parameters = ParametersOf(plan, attempt);
  AlignedArray<std::uint8_t> entries(parameters.assigned_bytes());
  RETURN_IF_ERROR(
      AssignEntries(attempt, plan, workspace, entries.data(), options));
  Table table(parameters, std::move(entries));
  const std::optional<bool> verified = table.Verify(*keys_, options.stop);
  if (!verified) return Stopped(attempt);
  if (!*verified) {
    return absl::InternalError(absl::StrCat("the table of attempt ", attempt,
                                            " failed its verification"));
  }
  return table;
}

absl::StatusOr<TableView> Solver::Assign(std::uint64_t attempt,
                                         Workspace& workspace,
                                         const BuildOptions& options) const {
  ASSIGN_OR_RETURN(const AttemptPlan plan,
                   PlanOfSolved(attempt, workspace, options));
  const TableParameters parameters = ParametersOf(plan, attempt);
  std::uint8_t* const entries = workspace.ForEntries(parameters.size);
  RETURN_IF_ERROR(AssignEntries(attempt, plan, workspace, entries, options));
  return TableView{parameters, {entries, parameters.assigned_bytes()}};
}

SolveRecord Solver::Record(std::uint64_t attempts, TrialVerdict end,
                           Workspace& workspace, const StopCheck* stop) const {
  return schedule_.Record(attempts, end,
                          [&](const AttemptStage& stage, int slot) {
                            return Assess(stage, slot, workspace, stop);
                          });
}

std::uint64_t Solver::AttemptsPerSlice(std::chrono::nanoseconds slice) const {
  // Nanoseconds of a failed attempt: the fixed part (drawing seeds), then the
  // scan, the edges seen till the first cycle and filling the parents, or, at
  // most, a candidate for the seed pool.
  const std::uint64_t vertex_count =
      GraphSize::For(keys_->size(), schedule_.table_resizes_max()).vertex_count;
  const std::uint64_t attempt_nanoseconds =
      pool_ != nullptr ? 200 + keys_->size() * 7 / 2
                       : 200 + keys_->size() * 3 / 2 + vertex_count / 16;
  const auto slice_nanoseconds = static_cast<std::uint64_t>(
      std::max<std::chrono::nanoseconds::rep>(slice.count(), 0));
  return std::max<std::uint64_t>(slice_nanoseconds / attempt_nanoseconds, 1);
}

std::size_t SolvingBytes(const SolverOptions& options, std::size_t key_count,
                         int table_resizes, int lane_count) {
  std::size_t lane_bytes = WorkspaceBytes(key_count, table_resizes);
  std::size_t shared_bytes = 0;
  const GraphSize size = GraphSize::For(key_count, table_resizes);
  const bool may_pool = options.search != SeedSearch::kPlain &&
                        options.seeds.empty() &&
                        PoolGeneration::Suits(key_count, size);
  if (may_pool && (options.search == SeedSearch::kPool || IsAuto(options))) {
    lane_bytes += PoolScratchBytes(size, HalfLayout(key_count, size).bytes());
    shared_bytes = SeedPool::BytesMax(key_count, table_resizes);
  }
  return shared_bytes + static_cast<std::size_t>(lane_count) * lane_bytes;
}

}  // namespace perfecthash
