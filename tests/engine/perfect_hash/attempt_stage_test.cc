#include "engine/perfect_hash/attempt_stage.h"

#include <gtest/gtest.h>

#include <limits>

namespace perfecthash {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();

AttemptStage Within(double budget_nanoseconds, bool uses_pool) {
  return {.function = HashFunctionId::kMultiplyShiftRX,
          .rule = StageRule::kWithinBudget,
          .uses_pool = uses_pool,
          .budget_nanoseconds = budget_nanoseconds};
}

TEST(AttemptStageTest, ABudgetIsSpentOnlyWhereASolutionIsToBeExpected) {
  for (const bool uses_pool : {false, true}) {
    const AttemptStage stage = Within(3e7, uses_pool);
    EXPECT_EQ(AttemptsAfterSure(stage, 30'000, kNever), 0u);
    EXPECT_EQ(AttemptsAfterSure(stage, 30'000, 1e9), 0u);
    EXPECT_GT(AttemptsAfterSure(stage, 30'000, 100), 100u);
  }
}

TEST(AttemptStageTest, LargerSetsGetFewerAttemptsAndSmallOnesNoEndlessMany) {
  std::uint64_t before = std::numeric_limits<std::uint64_t>::max();
  for (const std::size_t key_count : {1, 100, 10'000, 100'000, 500'000}) {
    const std::uint64_t attempts =
        AttemptsAfterSure(Within(3e7, false), key_count, 5);
    EXPECT_LT(attempts, before);
    EXPECT_GT(attempts, 5u);
    before = attempts;
  }
  EXPECT_LT(AttemptsAfterSure(Within(3e7, true), 1, 5), 1'000'000u);
}

TEST(AttemptStageTest, RulesWithoutABudget) {
  AttemptStage stage = {.function = HashFunctionId::kJenkins};
  EXPECT_EQ(AttemptsAfterSure(stage, 100, kNever), kNoAttemptLimit);
  stage.rule = StageRule::kFixed;
  EXPECT_EQ(AttemptsAfterSure(stage, 100, 1), 0u);
  stage.rule = StageRule::kSkip;
  EXPECT_EQ(AttemptsAfterSure(stage, 100, 1), 0u);
  stage.rule = StageRule::kUnlessHopeless;
  EXPECT_EQ(AttemptsAfterSure(stage, 100, kNever), 0u);
  EXPECT_GE(AttemptsAfterSure(stage, 100, 2), 100'000u);
  EXPECT_GE(AttemptsAfterSure(stage, 100, 1e6), 10'000'000u);
}

TEST(AttemptStageTest, AutoEndsWithAFunctionWithoutEnd) {
  for (const std::size_t key_count : {1, 1000, 500'000, 5'000'000}) {
    for (const auto& stages :
         {AutoStages(key_count, 0), PlainAutoStages(key_count, 0)}) {
      ASSERT_GT(stages.count, 2);
      EXPECT_EQ(stages.stages[stages.count - 1].rule, StageRule::kEndless);
      int cycles = 0;
      for (const AttemptStage& stage : stages) {
        EXPECT_LT(cycles, GetHashFunction(stage.function).cycles());
        cycles = GetHashFunction(stage.function).cycles();
      }
    }
  }
}

}  // namespace
}  // namespace perfecthash
