#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "engine/perfect_hash/graph_size.h"
#include "engine/perfect_hash/hash_function.h"

namespace perfecthash {

inline constexpr std::uint64_t kNoAttemptLimit = ~std::uint64_t{0};

// What follows a stage's sure attempts, when none of them solved.
enum class StageRule : std::uint8_t {
  kSkip,            // nothing was tried: the set is too large for the function
  kEndless,         // attempts without end
  kUnlessHopeless,  // the same, if AssessFunction gives any hope
  kWithinBudget,    // as many as are worth it by the cost model, or none
  kFixed,           // nothing: the sure attempts are all
};

// Attempts with one hash function at one size of the table: `sure_count` in any
// case, since most sets need no more; then as many as the rule gives. The first
// `fresh_count` of them have fresh seeds, the others are of the seed pool if it
// is used. A value.
struct AttemptStage {
  HashFunctionId function;
  int table_resizes = 0;
  StageRule rule = StageRule::kEndless;
  bool uses_pool = false;
  std::uint64_t fresh_count = 0;
  std::uint64_t sure_count = 0;  // at least fresh_count
  // Of the rule kWithinBudget, by the cost model.
  double budget_nanoseconds = 0;

  // Whether the rule asks for the expected attempts.
  bool is_assessed() const {
    return rule == StageRule::kUnlessHopeless ||
           rule == StageRule::kWithinBudget;
  }
};

// The attempts of a stage after its sure ones, given the expected ones (which
// only an assessed stage looks at): a function of its arguments alone, so that
// a set is solved by the same function on every machine.
std::uint64_t AttemptsAfterSure(const AttemptStage& stage,
                                std::size_t key_count,
                                double expected_attempts);

// The stages at one size of the table, or, with automatic resizes, at several.
struct AttemptStages {
  static constexpr int kCountMax = kTableResizesMax + 1;

  std::array<AttemptStage, kCountMax> stages;
  int count = 0;

  void Add(const AttemptStage& stage) { stages[count++] = stage; }
  AttemptStage* begin() { return stages.data(); }
  AttemptStage* end() { return stages.data() + count; }
  const AttemptStage* begin() const { return stages.data(); }
  const AttemptStage* end() const { return stages.data() + count; }
};

// Attempts before the next function: few for large sets, where each of them is
// dear.
std::uint64_t FreshAttemptCount(std::size_t key_count);
// Those of them that have fresh seeds where there is a pool: few where these
// are dear and halves small.
std::uint64_t FreshCountBeforePool(std::size_t key_count);
// Attempts of a named function before it is asked whether there is hope.
std::uint64_t SureAttemptCount(std::size_t key_count);
// The same where no larger table may follow: up to some two seconds' worth, as
// the samples of an assessment can miss the few seeds that are good. (A set of
// 40,147 addresses that MultiplyShiftR solves in 492 attempts looked hopeless.)
std::uint64_t LastSureAttemptCount(std::size_t key_count);

// How long a caller is thought to wait who does not say.
inline constexpr std::chrono::milliseconds kPlannedTimeDefault{400};

// "Auto": from the cheapest lookup to the strongest function, whose stage has
// no end: near the random graph's chances it solves every set. Of the time that
// the caller means to wait, counted by the cost model, the cheapest lookup gets
// a quarter and the next an eighth: so much is left that the strongest solves
// in time also where the machine is half as fast as the model.
AttemptStages AutoStages(
    std::size_t key_count, int table_resizes,
    std::chrono::nanoseconds planned_time = kPlannedTimeDefault);
// The same for keys of 64 bits, with fresh seeds only.
AttemptStages WideAutoStages(
    std::size_t key_count, int table_resizes,
    std::chrono::nanoseconds planned_time = kPlannedTimeDefault);
// The same with fresh seeds only and functions of the predecessor.
AttemptStages PlainAutoStages(std::size_t key_count, int table_resizes);

}  // namespace perfecthash
