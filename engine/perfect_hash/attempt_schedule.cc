#include "engine/perfect_hash/attempt_schedule.h"

#include <algorithm>
#include <limits>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/base/status_macros.h"
#include "engine/perfect_hash/graph_size.h"
#include "engine/perfect_hash/philox.h"

namespace perfecthash {
namespace {

constexpr std::uint64_t kNoLimit = std::numeric_limits<std::uint64_t>::max();

// A function of one multiplication is linear, so keys k, k+a, k+b, k+a+b tend
// to close cycles of four; beyond these sizes there is nearly always one.
// Mulshrolate4RX still solves a million random keys, but none of 30 attempts at
// ten million; the limit between is a guess.
constexpr std::size_t kHopelessForOneProduct = 300'000;
constexpr std::size_t kHopelessForTwoProducts = 4'000'000;

absl::StatusOr<HashFunctionId> ParseHashFunction(const std::string& name) {
  if (const HashFunction* function = FindHashFunction(name)) {
    return function->id;
  }
  const auto append_name = [](std::string* out, const HashFunction& function) {
    out->append(function.name);
  };
  return absl::InvalidArgumentError(absl::StrCat(
      "hash_function: there is no \"", name, "\"; known are Auto, ",
      absl::StrJoin(AllHashFunctions(), ", ", append_name)));
}

absl::StatusOr<Seeds> ParseSeeds(const SolverOptions& options) {
  Seeds seeds;
  if (options.seeds.empty()) return seeds;
  if (IsAuto(options)) {
    return absl::InvalidArgumentError(
        "seeds: explicit seeds need a hash_function that is not Auto");
  }
  const HashFunction& function = *FindHashFunction(options.hash_function);
  if (options.seeds.size() != static_cast<std::size_t>(function.seed_count)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "seeds: ", std::string(function.name), " takes ", function.seed_count,
        " seeds, ", options.seeds.size(), " are given"));
  }
  std::copy(options.seeds.begin(), options.seeds.end(), seeds.values.begin());
  seeds.count = function.seed_count;
  return seeds;
}

absl::Status CheckResizes(const std::string& option, int table_resizes,
                          std::size_t key_count) {
  if (table_resizes < 0 || table_resizes > kTableResizesMax) {
    return absl::InvalidArgumentError(absl::StrCat(
        option, ": ", table_resizes, " is not in 0..", kTableResizesMax));
  }
  if (!GraphSize::Fits(key_count, table_resizes)) {
    return absl::InvalidArgumentError(
        absl::StrCat(option, ": ", table_resizes, " doublings of the table of ",
                     key_count, " keys exceed ", kVertexCountMax, " vertices"));
  }
  return absl::OkStatus();
}

absl::Status CheckTableSizes(const SolverOptions& options,
                             std::size_t key_count) {
  RETURN_IF_ERROR(CheckResizes("initial_table_resizes",
                               options.initial_table_resizes, key_count));
  RETURN_IF_ERROR(
      CheckResizes("max_table_resizes", options.max_table_resizes, key_count));
  if (options.max_table_resizes > options.initial_table_resizes &&
      options.attempts_before_table_resize == 0 && options.seeds.empty()) {
    return absl::InvalidArgumentError(
        "attempts_before_table_resize: must be set when max_table_resizes "
        "exceeds initial_table_resizes");
  }
  return absl::OkStatus();
}

}  // namespace

Seeds DrawSeeds(const HashFunction& function, std::uint64_t seed,
                std::uint64_t attempt) {
  SeedStream stream(seed, attempt);
  Seeds seeds;
  seeds.count = function.seed_count;
  for (int i = 0; i < function.seed_count; ++i) {
    seeds.values[i] = stream.Next() & function.seed_masks[i];
  }
  return seeds;
}

absl::StatusOr<AttemptSchedule> AttemptSchedule::Create(
    const SolverOptions& options, std::size_t key_count) {
  AttemptSchedule schedule;
  schedule.is_auto_ = IsAuto(options);
  if (!schedule.is_auto_) {
    ASSIGN_OR_RETURN(schedule.function_,
                     ParseHashFunction(options.hash_function));
  }
  ASSIGN_OR_RETURN(schedule.explicit_seeds_, ParseSeeds(options));
  RETURN_IF_ERROR(CheckTableSizes(options, key_count));

  schedule.is_plain_ =
      options.search == SeedSearch::kPlain ||
      (options.search == SeedSearch::kAuto && !schedule.is_auto_);
  schedule.key_count_ = key_count;
  schedule.seed_ = options.seed;
  schedule.attempt_count_max_ =
      options.max_attempts == 0 ? kNoLimit : options.max_attempts;
  schedule.attempts_before_table_resize_ = options.attempts_before_table_resize;
  schedule.table_resizes_initial_ = options.initial_table_resizes;
  schedule.table_resizes_max_ =
      std::max(options.max_table_resizes, options.initial_table_resizes);
  if (!options.seeds.empty()) {
    schedule.attempt_count_max_ = 1;
    schedule.table_resizes_max_ = schedule.table_resizes_initial_;
  }
  return schedule;
}

bool AttemptSchedule::uses_pool() const {
  if (is_plain_ || explicit_seeds_.count != 0) return false;
  for (int i = table_resizes_initial_; i <= table_resizes_max_; ++i) {
    const Stages stages = StagesFor(GraphSize::For(key_count_, i));
    for (int j = 0; j < stages.count; ++j) {
      if (stages.stage[j].uses_pool) return true;
    }
  }
  return false;
}

AttemptPlan AttemptSchedule::Plan(std::uint64_t attempt) const {
  std::uint64_t index = attempt - 1;  // from 0, at the attempt's table size
  AttemptPlan plan;
  plan.table_resizes = table_resizes_initial_;
  if (table_resizes_max_ > table_resizes_initial_) {
    const std::uint64_t doublings =
        std::min<std::uint64_t>(index / attempts_before_table_resize_,
                                table_resizes_max_ - table_resizes_initial_);
    plan.table_resizes += static_cast<int>(doublings);
    index -= doublings * attempts_before_table_resize_;
  }
  const GraphSize size = GraphSize::For(key_count_, plan.table_resizes);
  const Stages stages = StagesFor(size);
  const Stage* stage = &stages.stage[0];
  const Stage* const last = &stages.stage[stages.count - 1];
  for (; stage != last && index >= stage->attempt_count; ++stage) {
    index -= stage->attempt_count;
  }
  plan.function = stage->function;
  if (stage->uses_pool && index >= kFreshAttemptCount) {
    PlanPooled(attempt, index - kFreshAttemptCount, size, plan);
    return plan;
  }

  const HashFunction& function = GetHashFunction(plan.function);
  if (explicit_seeds_.count == 0) {
    plan.seeds = DrawSeeds(function, seed_, attempt);
    return plan;
  }
  plan.seeds = explicit_seeds_;
  for (int i = 0; i < function.seed_count; ++i) {
    plan.seeds.values[i] &= function.seed_masks[i];
  }
  return plan;
}

void AttemptSchedule::PlanPooled(std::uint64_t attempt, std::uint64_t index,
                                 const GraphSize& size,
                                 AttemptPlan& plan) const {
  std::uint32_t number = 0;
  plan.generation = PoolGeneration::For(0, key_count_, size);
  while (number < PoolGeneration::kLast &&
         index >= plan.generation.attempt_count()) {
    index -= plan.generation.attempt_count();
    plan.generation = PoolGeneration::For(++number, key_count_, size);
  }
  index %= plan.generation.attempt_count();
  plan.generation_attempt = attempt - index;
  plan.index = static_cast<std::uint32_t>(index);
  plan.kind = AttemptKind::kCandidate;
  if (plan.index < plan.generation.candidate_count) return;
  plan.kind = AttemptKind::kPair;
  plan.index -= plan.generation.candidate_count;
}

bool AttemptSchedule::UsesPool(HashFunctionId function,
                               const GraphSize& size) const {
  return !is_plain_ && GetHashFunction(function).is_symmetric() &&
         PoolGeneration::Suits(key_count_, size);
}

AttemptSchedule::Stages AttemptSchedule::StagesFor(
    const GraphSize& size) const {
  if (is_auto_) return is_plain_ ? PlainAutoStages() : PooledAutoStages(size);
  Stages stages;
  stages.count = 1;
  stages.stage[0] = {.function = function_,
                     .attempt_count = kNoLimit,
                     .uses_pool = UsesPool(function_, size)};
  return stages;
}

// Budgets are in attempts and follow from the number of keys alone. Measured on
// the 13,637 sets of sys32: MultiplyShiftRX solves all but 57 in 64 attempts,
// all but 32 in 128 and all but 11 in 512, for 0.16, 0.18 and 0.29 s of CPU.
// Mulshrolate2RX, tried after 64 attempts, solved 4 of the 57 that were left,
// and after 128, in 16, none of 32: it is kept short. The sets these budgets
// were chosen on are the only ones they were measured on.
AttemptSchedule::Stages AttemptSchedule::PlainAutoStages() const {
  using enum HashFunctionId;
  Stages stages;
  const auto add = [&](HashFunctionId function, std::uint64_t attempt_count) {
    stages.stage[stages.count++] = {function, attempt_count};
  };
  if (key_count_ < kHopelessForOneProduct) {
    add(kMultiplyShiftRX, 128);
    add(kMulshrolate2RX, 16);
  }
  if (key_count_ < kHopelessForTwoProducts) add(kMulshrolate4RX, 256);
  add(kJenkins, kNoLimit);
  return stages;
}

// The budget of the cheapest function is some 0.4 s, by a model of what
// candidates and pairs cost, so that a set for which it is hopeless is not
// dwelt on.
AttemptSchedule::Stages AttemptSchedule::PooledAutoStages(
    const GraphSize& size) const {
  using enum HashFunctionId;
  constexpr double kNanosecondsPerCandidateKey = 3;
  constexpr double kNanosecondsPerPairKey = 0.25;
  Stages stages;
  const auto add = [&](HashFunctionId function, double nanoseconds_max) {
    Stage& stage = stages.stage[stages.count++];
    stage = {.function = function,
             .attempt_count = kFreshAttemptCount,
             .uses_pool = UsesPool(function, size)};
    if (!stage.uses_pool) return;
    double nanoseconds = 0;
    for (std::uint32_t i = 0; i <= PoolGeneration::kLast; ++i) {
      const auto generation = PoolGeneration::For(i, key_count_, size);
      nanoseconds += static_cast<double>(key_count_) *
                     (generation.candidate_count * kNanosecondsPerCandidateKey +
                      generation.pair_count() * kNanosecondsPerPairKey);
      if (nanoseconds > nanoseconds_max) break;
      stage.attempt_count += generation.attempt_count();
    }
  };
  if (key_count_ < kHopelessForOneProduct) add(kMultiplyShiftRX, 4e8);
  if (key_count_ < kHopelessForTwoProducts) add(kMulshrolate4RX, 1e8);
  stages.stage[stages.count++] = {.function = kMultiplyXorShiftRX,
                                  .attempt_count = kNoLimit};
  return stages;
}

}  // namespace perfecthash
