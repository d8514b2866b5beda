#include "engine/perfect_hash/attempt_schedule.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/base/status_macros.h"
#include "engine/perfect_hash/graph_size.h"

namespace perfecthash {
namespace {

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

// Functions of 64-bit keys take those of 32 as well.
absl::Status CheckWidth(HashFunctionId id, KeyWidth hashed_width) {
  const HashFunction& function = GetHashFunction(id);
  if (hashed_width == KeyWidth::k32Bits || function.takes_wide_keys()) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "hash_function: ", std::string(function.name),
      " takes keys of 32 bits, and the 64-bit keys of this set differ in more "
      "bit positions than can be packed; use Auto, WideMultiplyShiftRX or "
      "WideMultiplyXorShiftRX"));
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
  return absl::OkStatus();
}

absl::Status WrongCounts(std::size_t byte, const std::string& what) {
  return absl::InvalidArgumentError(
      absl::StrCat("seed3_byte_counts: byte ", byte + 1, " of seed 3 ", what));
}

bool MaskLimitsByte(const SolverOptions& options, std::size_t byte) {
  constexpr std::size_t kSeed3 = 2;
  if (options.seed_masks.size() <= kSeed3) return false;
  const std::uint32_t mask = options.seed_masks[kSeed3];
  return mask != 0 && (mask >> 8 * byte & 0xff) != 0xff;
}

absl::StatusOr<ByteChoice> ParseByteCounts(const SolverOptions& options,
                                           std::size_t byte) {
  const std::vector<std::uint32_t>& counts = options.seed3_byte_counts[byte];
  if (counts.empty()) return ByteChoice();
  // Of those functions that "Auto" tries.
  std::size_t value_count = 32;
  if (!IsAuto(options)) {
    value_count = ShiftCountOfSeed3(*FindHashFunction(options.hash_function),
                                    static_cast<int>(byte));
    if (value_count == 0) {
      return WrongCounts(byte, absl::StrCat("is no shift or rotation of ",
                                            options.hash_function));
    }
  }
  if (counts.size() > value_count) {
    return WrongCounts(byte, absl::StrCat("has ", value_count, " values, ",
                                          counts.size(), " counts are given"));
  }
  if (MaskLimitsByte(options, byte)) {
    return WrongCounts(byte, "is limited by seed_masks too; give one of both");
  }
  const auto sum =
      std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
  if (sum == 0 || sum > std::numeric_limits<std::uint32_t>::max()) {
    return WrongCounts(byte, "needs counts whose sum is in 1..4294967295");
  }
  return ByteChoice(counts);
}

absl::StatusOr<SeedRule> ParseSeedRule(const SolverOptions& options) {
  SeedRule rule;
  rule.seed = options.seed;
  ASSIGN_OR_RETURN(rule.fixed, ParseSeeds(options));
  if (options.seed_masks.size() > rule.masks.size()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "seed_masks: ", options.seed_masks.size(),
        " are given; no function has more than ", rule.masks.size(), " seeds"));
  }
  for (std::size_t i = 0; i < options.seed_masks.size(); ++i) {
    if (options.seed_masks[i] != 0) rule.masks[i] = options.seed_masks[i];
  }
  if (options.seed3_byte_counts.size() > rule.seed3_bytes.size()) {
    return absl::InvalidArgumentError(
        absl::StrCat("seed3_byte_counts: ", options.seed3_byte_counts.size(),
                     " lists are given; a seed has 4 bytes"));
  }
  for (std::size_t i = 0; i < options.seed3_byte_counts.size(); ++i) {
    ASSIGN_OR_RETURN(rule.seed3_bytes[i], ParseByteCounts(options, i));
  }
  return rule;
}

}  // namespace

absl::StatusOr<AttemptSchedule> AttemptSchedule::Create(
    const SolverOptions& options, std::size_t key_count,
    KeyWidth hashed_width) {
  AttemptSchedule schedule;
  schedule.hashed_width_ = hashed_width;
  schedule.is_auto_ = IsAuto(options);
  if (!schedule.is_auto_) {
    ASSIGN_OR_RETURN(schedule.function_,
                     ParseHashFunction(options.hash_function));
    RETURN_IF_ERROR(CheckWidth(schedule.function_, hashed_width));
  }
  ASSIGN_OR_RETURN(schedule.seed_rule_, ParseSeedRule(options));
  RETURN_IF_ERROR(CheckTableSizes(options, key_count));
  if (options.planned_time.count() < 0) {
    return absl::InvalidArgumentError("planned_time: is negative");
  }

  schedule.is_plain_ =
      options.search == SeedSearch::kPlain || !options.seeds.empty() ||
      (options.search == SeedSearch::kAuto && !schedule.is_auto_);
  schedule.key_count_ = key_count;
  schedule.attempt_count_max_ =
      options.max_attempts == 0 ? kNoAttemptLimit : options.max_attempts;
  schedule.attempts_before_table_resize_ = options.attempts_before_table_resize;
  schedule.planned_time_ = options.planned_time;
  schedule.table_resizes_initial_ = options.initial_table_resizes;
  schedule.table_resizes_max_ =
      std::max(options.max_table_resizes, options.initial_table_resizes);
  if (schedule.seed_rule_.is_fixed()) {
    schedule.attempt_count_max_ = 1;
    schedule.table_resizes_max_ = schedule.table_resizes_initial_;
  }
  return schedule;
}

bool AttemptSchedule::MayUsePool(HashFunctionId function,
                                 int table_resizes) const {
  return !is_plain_ && GetHashFunction(function).is_symmetric() &&
         TreatsHalvesAlike(GetHashFunction(function), seed_rule_) &&
         PoolGeneration::Suits(key_count_,
                               GraphSize::For(key_count_, table_resizes));
}

bool AttemptSchedule::uses_pool() const {
  for (int i = table_resizes_initial_; i <= table_resizes_max_; ++i) {
    for (const AttemptStage& stage : StagesFor(i)) {
      if (stage.uses_pool) return true;
    }
  }
  return false;
}

// With automatic resizes all sizes are stages of the first one.
AttemptStages AttemptSchedule::NamedStages(int table_resizes) const {
  // A smaller table is worth so much, or a quarter of what there is.
  constexpr std::chrono::seconds kBudgetDefault{2};
  const std::chrono::nanoseconds budget =
      planned_time_.count() == 0 ? kBudgetDefault : planned_time_ / 4;
  const int last = ResizesByCount() ? table_resizes : table_resizes_max_;
  AttemptStages stages;
  for (int i = table_resizes; i <= last; ++i) {
    const bool may_grow = i < table_resizes_max_;
    stages.Add({.function = function_,
                .table_resizes = i,
                .rule = may_grow ? StageRule::kWithinBudget
                                 : StageRule::kUnlessHopeless,
                .uses_pool = MayUsePool(function_, i),
                .fresh_count = MayUsePool(function_, i)
                                   ? FreshCountBeforePool(key_count_)
                                   : FreshAttemptCount(key_count_),
                .sure_count = may_grow ? SureAttemptCount(key_count_)
                                       : LastSureAttemptCount(key_count_),
                .budget_nanoseconds = static_cast<double>(budget.count())});
  }
  // The caller says when to go on.
  if (last < table_resizes_max_) stages.stages[0].rule = StageRule::kEndless;
  return stages;
}

AttemptStages AttemptSchedule::StagesFor(int table_resizes) const {
  if (!is_auto_) return NamedStages(table_resizes);
  const std::chrono::nanoseconds planned_time =
      planned_time_.count() == 0 ? kPlannedTimeDefault : planned_time_;
  if (hashed_width_ == KeyWidth::k64Bits) {
    return WideAutoStages(key_count_, table_resizes, planned_time);
  }
  if (is_plain_) return PlainAutoStages(key_count_, table_resizes);
  AttemptStages stages = AutoStages(key_count_, table_resizes, planned_time);
  for (AttemptStage& stage : stages) {
    stage.uses_pool =
        stage.uses_pool && MayUsePool(stage.function, table_resizes);
  }
  return stages;
}

int AttemptSchedule::ResizesAt(std::uint64_t attempt) const {
  if (!ResizesByCount()) return 0;
  return static_cast<int>(
      std::min<std::uint64_t>((attempt - 1) / attempts_before_table_resize_,
                              table_resizes_max_ - table_resizes_initial_));
}

AttemptSchedule::Position AttemptSchedule::Find(
    std::uint64_t attempt, Assess assess,
    absl::FunctionRef<void(const Position& passed)> pass) const {
  const int resizes = ResizesAt(attempt);
  const AttemptStages stages = StagesFor(table_resizes_initial_ + resizes);
  Position position;
  position.slot = resizes * AttemptStages::kCountMax;
  position.index = attempt - 1 - resizes * attempts_before_table_resize_;
  for (const AttemptStage& stage : stages) {
    position.stage = stage;
    position.expected_attempts.reset();
    if (position.index < stage.sure_count) return position;
    if (stage.is_assessed()) {
      position.expected_attempts = assess(stage, position.slot);
      if (!position.expected_attempts) {
        position.state = Position::State::kStopped;
        return position;
      }
    }
    const std::uint64_t more = AttemptsAfterSure(
        stage, key_count_, position.expected_attempts.value_or(0));
    if (position.index - stage.sure_count < more) return position;
    const std::uint64_t index = position.index - stage.sure_count - more;
    position.index = stage.sure_count + more;
    pass(position);
    position.index = index;
    ++position.slot;
  }
  position.state = Position::State::kBehindLast;
  return position;
}

AttemptPlan AttemptSchedule::Plan(std::uint64_t attempt, Assess assess) const {
  const Position position = Find(attempt, assess, [](const Position&) {});
  AttemptPlan plan;
  plan.function = position.stage.function;
  plan.table_resizes = position.stage.table_resizes;
  if (position.state == Position::State::kBehindLast) {
    plan.kind = AttemptKind::kNone;
    plan.attempt_count = attempt - 1 - position.index;
  } else if (position.state == Position::State::kStopped) {
    plan.kind = AttemptKind::kUnknown;
  } else if (position.stage.uses_pool &&
             position.index >= position.stage.fresh_count) {
    PlanPooled(attempt, position.index - position.stage.fresh_count, plan);
  } else {
    plan.seeds = DrawSeeds(GetHashFunction(plan.function), seed_rule_, attempt);
  }
  return plan;
}

void AttemptSchedule::PlanPooled(std::uint64_t attempt, std::uint64_t index,
                                 AttemptPlan& plan) const {
  const GraphSize size = GraphSize::For(key_count_, plan.table_resizes);
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
  if (plan.index < plan.generation.scored_count()) return;
  plan.kind = AttemptKind::kPair;
  plan.index -= plan.generation.scored_count();
}

FunctionTrial AttemptSchedule::TrialOf(const Position& position,
                                       std::uint64_t attempts,
                                       TrialVerdict verdict) const {
  const AttemptStage& stage = position.stage;
  const GraphSize size = GraphSize::For(key_count_, stage.table_resizes);
  const bool is_skipped = stage.rule == StageRule::kSkip;
  return {.function = stage.function,
          .table_resizes = stage.table_resizes,
          .attempts = attempts,
          .expected_attempts =
              is_skipped
                  ? std::numeric_limits<double>::infinity()
                  : position.expected_attempts.value_or(
                        RandomGraphAttempts(key_count_, size.vertex_count)),
          .is_measured = position.expected_attempts.has_value(),
          .verdict = is_skipped ? TrialVerdict::kHopeless : verdict};
}

SolveRecord AttemptSchedule::Record(std::uint64_t attempts, TrialVerdict end,
                                    Assess assess) const {
  SolveRecord record;
  const auto pass = [&](const Position& passed) {
    const bool is_hopeless = std::isinf(passed.expected_attempts.value_or(0));
    const bool is_unworthy =
        passed.stage.is_assessed() && passed.index == passed.stage.sure_count;
    record.push_back(TrialOf(passed, passed.index,
                             is_hopeless   ? TrialVerdict::kHopeless
                             : is_unworthy ? TrialVerdict::kTooManyExpected
                                           : TrialVerdict::kBudgetSpent));
  };
  const std::uint64_t last = std::max<std::uint64_t>(attempts, 1);
  for (int resizes = 0; resizes < ResizesAt(last); ++resizes) {
    const Position at_end =
        Find((resizes + 1) * attempts_before_table_resize_, assess, pass);
    record.push_back(
        TrialOf(at_end, at_end.index + 1, TrialVerdict::kBudgetSpent));
  }
  // One further tells whether it was the schedule that ended.
  const bool looks_ahead =
      end == TrialVerdict::kAttemptLimit && attempts < attempt_count_max_;
  const Position position = Find(last + looks_ahead, assess, pass);
  if (position.state == Position::State::kBehindLast) {
    record.back().verdict = TrialVerdict::kHopeless;
  } else {
    record.push_back(TrialOf(
        position,
        attempts < last + looks_ahead ? position.index : position.index + 1,
        end));
  }
  return record;
}

}  // namespace perfecthash
