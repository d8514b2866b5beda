#include "engine/perfect_hash/attempt_stage.h"

#include <algorithm>
#include <cmath>

#include "engine/perfect_hash/pool_generation.h"

namespace perfecthash {
namespace {

// A function of one multiplication is linear, so keys k, k+a, k+b, k+a+b tend
// to close cycles of four, and a second one does not mend that: of a million
// random keys Mulshrolate4RX solves 3 attempts in 100, MultiplyXorShiftRX 27.
// At such sizes a lookup waits for the memory far longer than for the function.
constexpr std::size_t kTooManyForProducts = 600'000;

// The cost model: nanoseconds of one core of 2024. It need not be exact, only
// the same everywhere.
constexpr double kAttemptNanoseconds = 200;  // and per key:
constexpr double kFreshNanoseconds = 1.5;
constexpr double kCandidateNanoseconds = 1.6;
constexpr double kPairNanoseconds = 0.25;

// So much likelier does a pair of the pool solve than fresh seeds do; measured,
// it is 4 to 20 on the sets that need a pool.
constexpr double kPoolAdvantage = 8;

// A stage that is begun gets this many times what it is expected to need, and
// this much at least: the expectation is often too low, seldom too high.
constexpr double kPatience = 4;
constexpr double kNanosecondsMin = 1e8;

// Of a named function, whose attempts end only if it can do nothing though it
// looked as if it could: in a set of ten keys even a useless function closes
// few cycles. The minimum is for expectations that are too low.
constexpr double kPatienceWithNamed = 20;
constexpr double kAttemptsOfNamedMin = 100'000;

// Shares of the time that "Auto" plans with.
constexpr double kCheapestShare = 1.0 / 4;
constexpr double kCheapShare = 1.0 / 8;

double PairNanoseconds(double key_count) {
  return kAttemptNanoseconds + key_count * kPairNanoseconds;
}

double CandidatesNanoseconds(const PoolGeneration& generation,
                             double key_count) {
  return generation.candidate_count *
         (kAttemptNanoseconds + key_count * kCandidateNanoseconds);
}

// Generations as many as there is time for. The last one may end with some of
// its pairs, since the best come first, but not with less than a quarter, or
// its candidates were drawn in vain.
std::uint64_t PoolAttempts(const AttemptStage& stage, std::size_t key_count,
                           double nanoseconds) {
  const GraphSize size = GraphSize::For(key_count, stage.table_resizes);
  const auto count = static_cast<double>(key_count);
  std::uint64_t attempt_count = 0;
  for (std::uint32_t number = 0;; ++number) {
    const auto generation = PoolGeneration::For(number, key_count, size);
    const double candidates = CandidatesNanoseconds(generation, count);
    const double pairs = generation.pair_count() * PairNanoseconds(count);
    if (number >= PoolGeneration::kLast) {  // all the others are like it
      const double times = std::floor(nanoseconds / (candidates + pairs));
      attempt_count +=
          static_cast<std::uint64_t>(times) * generation.attempt_count();
      nanoseconds -= times * (candidates + pairs);
    }
    if (nanoseconds < candidates + pairs) {
      if (nanoseconds < candidates + pairs / 4) return attempt_count;
      return attempt_count + generation.scored_count() +
             static_cast<std::uint64_t>((nanoseconds - candidates) /
                                        PairNanoseconds(count));
    }
    attempt_count += generation.attempt_count();
    nanoseconds -= candidates + pairs;
  }
}

std::uint64_t AttemptsWithinBudget(const AttemptStage& stage,
                                   std::size_t key_count,
                                   double expected_attempts) {
  if (std::isinf(expected_attempts)) return 0;
  const auto count = static_cast<double>(key_count);
  const double attempt_nanoseconds =
      stage.uses_pool ? PairNanoseconds(count) / kPoolAdvantage
                      : kAttemptNanoseconds + count * kFreshNanoseconds;
  const double expected_nanoseconds = expected_attempts * attempt_nanoseconds;
  if (expected_nanoseconds > stage.budget_nanoseconds) return 0;
  const double nanoseconds_max =
      std::min(stage.budget_nanoseconds,
               std::max(kNanosecondsMin, kPatience * expected_nanoseconds));
  return stage.uses_pool ? PoolAttempts(stage, key_count, nanoseconds_max)
                         : static_cast<std::uint64_t>(nanoseconds_max /
                                                      attempt_nanoseconds);
}

std::uint64_t AttemptsUnlessHopeless(double expected_attempts) {
  if (std::isinf(expected_attempts)) return 0;
  return static_cast<std::uint64_t>(
      std::max(kAttemptsOfNamedMin, kPatienceWithNamed * expected_attempts));
}

}  // namespace

std::uint64_t AttemptsAfterSure(const AttemptStage& stage,
                                std::size_t key_count,
                                double expected_attempts) {
  switch (stage.rule) {
    case StageRule::kSkip:
    case StageRule::kFixed:
      return 0;
    case StageRule::kEndless:
      return kNoAttemptLimit;
    case StageRule::kUnlessHopeless:
      return AttemptsUnlessHopeless(expected_attempts);
    case StageRule::kWithinBudget:
      return AttemptsWithinBudget(stage, key_count, expected_attempts);
  }
  return 0;
}

std::uint64_t FreshAttemptCount(std::size_t key_count) {
  constexpr std::size_t kKeysTried = std::size_t{1} << 21;
  return std::clamp<std::uint64_t>(kKeysTried / key_count, 4, 64);
}

std::uint64_t FreshCountBeforePool(std::size_t key_count) {
  constexpr std::size_t kKeysTried = std::size_t{1} << 18;
  // Larger halves no longer fit the second-level cache.
  constexpr std::size_t kKeysOfSmallHalves = std::size_t{1} << 15;
  const std::uint64_t count = FreshAttemptCount(key_count);
  if (key_count > kKeysOfSmallHalves) return count;
  return std::clamp<std::uint64_t>(kKeysTried / key_count, 8, count);
}

std::uint64_t SureAttemptCount(std::size_t key_count) {
  const std::uint64_t fresh_count = FreshAttemptCount(key_count);
  return key_count <= 1u << 15 ? 4 * fresh_count : fresh_count;
}

std::uint64_t LastSureAttemptCount(std::size_t key_count) {
  // Weak functions fail early: it is about a quarter of this in truth.
  constexpr double kNanoseconds = 5e9;
  const auto count = static_cast<double>(key_count);
  const double attempts =
      kNanoseconds / (kAttemptNanoseconds + count * kFreshNanoseconds);
  return std::max(
      SureAttemptCount(key_count),
      static_cast<std::uint64_t>(std::min(kAttemptsOfNamedMin, attempts)));
}

AttemptStages AutoStages(std::size_t key_count, int table_resizes,
                         std::chrono::nanoseconds planned_time) {
  const bool has_pool = PoolGeneration::Suits(
      key_count, GraphSize::For(key_count, table_resizes));
  AttemptStages stages;
  const bool is_skipped = key_count >= kTooManyForProducts;
  const std::uint64_t sure_count =
      is_skipped ? 0 : FreshAttemptCount(key_count);
  const std::uint64_t fresh_count =
      has_pool && !is_skipped ? FreshCountBeforePool(key_count) : sure_count;
  const auto add_weak = [&](HashFunctionId function, double share) {
    stages.Add(
        {.function = function,
         .table_resizes = table_resizes,
         .rule = is_skipped ? StageRule::kSkip : StageRule::kWithinBudget,
         .uses_pool = has_pool,
         .fresh_count = fresh_count,
         .sure_count = sure_count,
         .budget_nanoseconds =
             share * static_cast<double>(planned_time.count())});
  };
  // Of the 13,637 sets of sys32 MultiplyShiftRX solves all but 57 in 64 fresh
  // attempts.
  add_weak(HashFunctionId::kMultiplyShiftRX, kCheapestShare);
  add_weak(HashFunctionId::kMulshrolate4RX, kCheapShare);
  stages.Add({.function = HashFunctionId::kMultiplyXorShiftRX,
              .table_resizes = table_resizes,
              .rule = StageRule::kEndless});
  return stages;
}

AttemptStages WideAutoStages(std::size_t key_count, int table_resizes,
                             std::chrono::nanoseconds planned_time) {
  AttemptStages stages;
  const std::uint64_t fresh_count = FreshAttemptCount(key_count);
  stages.Add({.function = HashFunctionId::kWideMultiplyShiftRX,
              .table_resizes = table_resizes,
              .rule = StageRule::kWithinBudget,
              .fresh_count = fresh_count,
              .sure_count = fresh_count,
              .budget_nanoseconds =
                  kCheapestShare * static_cast<double>(planned_time.count())});
  stages.Add({.function = HashFunctionId::kWideMultiplyXorShiftRX,
              .table_resizes = table_resizes,
              .rule = StageRule::kEndless});
  return stages;
}

// Measured on the 13,637 sets of sys32: MultiplyShiftRX solves all but 57 in 64
// attempts, all but 32 in 128 and all but 11 in 512, for 0.16, 0.18 and 0.29 s
// of CPU. Mulshrolate2RX, tried after 64 attempts, solved 4 of the 57 that were
// left, and after 128, in 16, none of 32: it is kept short.
AttemptStages PlainAutoStages(std::size_t key_count, int table_resizes) {
  AttemptStages stages;
  const bool is_skipped = key_count >= kTooManyForProducts;
  const auto add_weak = [&](HashFunctionId function,
                            std::uint64_t attempt_count) {
    stages.Add({.function = function,
                .table_resizes = table_resizes,
                .rule = is_skipped ? StageRule::kSkip : StageRule::kFixed,
                .fresh_count = is_skipped ? 0 : attempt_count,
                .sure_count = is_skipped ? 0 : attempt_count});
  };
  add_weak(HashFunctionId::kMultiplyShiftRX, 128);
  add_weak(HashFunctionId::kMulshrolate2RX, 16);
  add_weak(HashFunctionId::kMulshrolate4RX, 256);
  stages.Add({.function = HashFunctionId::kJenkins,
              .table_resizes = table_resizes,
              .rule = StageRule::kEndless});
  return stages;
}

}  // namespace perfecthash
