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

bool IsAuto(const SolverOptions& options) {
  return options.hash_function.empty() || options.hash_function == "Auto";
}

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
  plan.function = FunctionAt(index);

  const HashFunction& function = GetHashFunction(plan.function);
  plan.seeds = explicit_seeds_;
  if (explicit_seeds_.count == 0) {
    SeedStream stream(seed_, attempt);
    plan.seeds.count = function.seed_count;
    for (int i = 0; i < function.seed_count; ++i) {
      plan.seeds.values[i] = stream.Next();
    }
  }
  for (int i = 0; i < function.seed_count; ++i) {
    plan.seeds.values[i] &= function.seed_masks[i];
  }
  return plan;
}

HashFunctionId AttemptSchedule::FunctionAt(std::uint64_t index) const {
  if (!is_auto_) return function_;
  const Stages stages = AutoStages(key_count_);
  int i = 0;
  while (i < stages.count - 1 && index >= stages.stage[i].attempt_count) {
    index -= stages.stage[i].attempt_count;
    ++i;
  }
  return stages.stage[i].function;
}

// Budgets are in attempts and follow from the number of keys alone. Measured on
// the 13,637 sets of sys32: MultiplyShiftRX solves all but 57 in 64 attempts,
// all but 32 in 128 and all but 11 in 512, for 0.16, 0.18 and 0.29 s of CPU.
// Mulshrolate2RX, tried after 64 attempts, solved 4 of the 57 that were left,
// and after 128, in 16, none of 32: it is kept short. The sets these budgets
// were chosen on are the only ones they were measured on.
AttemptSchedule::Stages AttemptSchedule::AutoStages(std::size_t key_count) {
  using enum HashFunctionId;
  Stages stages;
  const auto add = [&](HashFunctionId function, std::uint64_t attempt_count) {
    stages.stage[stages.count++] = {function, attempt_count};
  };
  // A function of one multiplication is linear, so keys k, k+a, k+b, k+a+b
  // tend to close cycles of four; beyond these sizes there is nearly always
  // one. Mulshrolate4RX still solves a million random keys, but none of 30
  // attempts at ten million; the limit between is a guess.
  constexpr std::size_t kHopelessForOneProduct = 300'000;
  constexpr std::size_t kHopelessForTwoProducts = 4'000'000;
  if (key_count < kHopelessForOneProduct) {
    add(kMultiplyShiftRX, 128);
    add(kMulshrolate2RX, 16);
  }
  if (key_count < kHopelessForTwoProducts) add(kMulshrolate4RX, 256);
  add(kJenkins, kNoLimit);
  return stages;
}

}  // namespace perfecthash
