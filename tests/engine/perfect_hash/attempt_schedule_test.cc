#include "engine/perfect_hash/attempt_schedule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <limits>
#include <utility>
#include <vector>

#include "engine/perfect_hash/graph_size.h"
#include "engine/perfect_hash/philox.h"

namespace perfecthash {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

AttemptSchedule Make(const SolverOptions& options,
                     std::size_t key_count = 1000) {
  return *AttemptSchedule::Create(options, key_count);
}

// As if every function were to solve the set in `expected` attempts.
AttemptPlan PlanOf(const AttemptSchedule& schedule, std::uint64_t attempt,
                   double expected = 10) {
  return schedule.Plan(attempt, [=](const AttemptStage&, int) {
    return std::optional<double>(expected);
  });
}

SolveRecord RecordOf(const AttemptSchedule& schedule, std::uint64_t attempts,
                     TrialVerdict end, double expected = 10) {
  return schedule.Record(attempts, end, [=](const AttemptStage&, int) {
    return std::optional<double>(expected);
  });
}

constexpr double kNever = std::numeric_limits<double>::infinity();

std::string ErrorOf(const SolverOptions& options,
                    std::size_t key_count = 1000) {
  const auto schedule = AttemptSchedule::Create(options, key_count);
  EXPECT_EQ(schedule.status().code(), absl::StatusCode::kInvalidArgument);
  return std::string(schedule.status().message());
}

TEST(AttemptScheduleTest, SeedsAreThoseOfTheAttemptsSubsequence) {
  const auto schedule = Make({.hash_function = "Mulshrolate4RX", .seed = 77});
  for (const std::uint64_t attempt : {1ull, 2ull, 1ull << 40}) {
    const AttemptPlan plan = PlanOf(schedule, attempt, 1e11);
    SeedStream stream(77, attempt);
    EXPECT_EQ(plan.function, HashFunctionId::kMulshrolate4RX);
    EXPECT_EQ(plan.seeds.count, 5);
    EXPECT_EQ(plan.seeds.values[0], stream.Next());
    EXPECT_EQ(plan.seeds.values[1], stream.Next());
    EXPECT_EQ(plan.seeds.values[2], stream.Next() & 0x1f1f00u);
    EXPECT_EQ(plan.seeds.values[3], stream.Next());
    EXPECT_EQ(plan.seeds.values[4], stream.Next());
  }
}

TEST(AttemptScheduleTest, AttemptsAreUnlimitedUnlessAskedFor) {
  EXPECT_EQ(Make({}).attempt_count_max(),
            std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(Make({.max_attempts = 12}).attempt_count_max(), 12u);
}

TEST(AttemptScheduleTest, ExplicitSeedsAreOneAttempt) {
  const auto schedule = Make({.hash_function = "MultiplyShiftRX",
                              .seeds = {11, 12},
                              .max_attempts = 12,
                              .initial_table_resizes = 1,
                              .max_table_resizes = 3});
  EXPECT_EQ(schedule.attempt_count_max(), 1u);
  EXPECT_THAT(PlanOf(schedule, 1).seeds.span(), ElementsAre(11, 12));
  EXPECT_EQ(PlanOf(schedule, 1).table_resizes, 1);
}

TEST(AttemptScheduleTest, BitsThatDoNotCountAreCleared) {
  const auto schedule =
      Make({.hash_function = "Mulshrolate2RX", .seeds = {1, 2, 0xffffffff}});
  EXPECT_THAT(PlanOf(schedule, 1).seeds.span(), ElementsAre(1, 2, 0x1f1f00));
}

TEST(AttemptScheduleTest, TablesAreDoubledAfterTheirAttempts) {
  const auto schedule = Make({.hash_function = "Jenkins",
                              .initial_table_resizes = 1,
                              .max_table_resizes = 3,
                              .attempts_before_table_resize = 10});
  EXPECT_EQ(PlanOf(schedule, 1).table_resizes, 1);
  EXPECT_EQ(PlanOf(schedule, 10).table_resizes, 1);
  EXPECT_EQ(PlanOf(schedule, 11).table_resizes, 2);
  EXPECT_EQ(PlanOf(schedule, 20).table_resizes, 2);
  EXPECT_EQ(PlanOf(schedule, 21).table_resizes, 3);
  EXPECT_EQ(PlanOf(schedule, 1'000'000).table_resizes, 3);
  EXPECT_EQ(schedule.table_resizes_max(), 3);
}

TEST(AttemptScheduleTest, PlainAutoGoesFromCheapToStrong) {
  for (const char* name : {"", "Auto"}) {
    const auto schedule =
        Make({.hash_function = name, .search = SeedSearch::kPlain});
    EXPECT_EQ(PlanOf(schedule, 1).function, HashFunctionId::kMultiplyShiftRX);
    EXPECT_EQ(PlanOf(schedule, 129).function, HashFunctionId::kMulshrolate2RX);
    EXPECT_EQ(PlanOf(schedule, 145).function, HashFunctionId::kMulshrolate4RX);
    EXPECT_EQ(PlanOf(schedule, 401).function, HashFunctionId::kJenkins);
    EXPECT_EQ(PlanOf(schedule, 1'000'000'000).function,
              HashFunctionId::kJenkins);
    EXPECT_FALSE(schedule.uses_pool());
  }
}

TEST(AttemptScheduleTest, AutoGoesFromCheapToStrongWithAPoolOfEach) {
  const auto schedule = Make({}, 30'000);
  EXPECT_TRUE(schedule.uses_pool());
  std::vector<HashFunctionId> functions;
  for (std::uint64_t attempt = 1; attempt < 100'000; ++attempt) {
    const AttemptPlan plan = PlanOf(schedule, attempt);
    if (functions.empty() || functions.back() != plan.function) {
      functions.push_back(plan.function);
      EXPECT_EQ(plan.kind, AttemptKind::kFresh);
    }
  }
  EXPECT_THAT(functions, ElementsAre(HashFunctionId::kMultiplyShiftRX,
                                     HashFunctionId::kMulshrolate4RX,
                                     HashFunctionId::kMultiplyXorShiftRX));
}

TEST(AttemptScheduleTest, AutoSpendsNothingOnFunctionsTooWeakForTheSet) {
  const auto first = [](SeedSearch search, std::size_t key_count) {
    return PlanOf(Make({.search = search}, key_count), 1).function;
  };
  using enum HashFunctionId;
  EXPECT_EQ(first(SeedSearch::kPlain, 599'999), kMultiplyShiftRX);
  EXPECT_EQ(first(SeedSearch::kPool, 599'999), kMultiplyShiftRX);
  EXPECT_EQ(first(SeedSearch::kPlain, 600'000), kJenkins);
  EXPECT_EQ(first(SeedSearch::kPool, 600'000), kMultiplyXorShiftRX);
}

TEST(AttemptScheduleTest, AutoLeavesAFunctionThatIsNotWorthIt) {
  using enum HashFunctionId;
  const auto functions = [](double expected) {
    const auto schedule = Make({}, 30'000);
    std::vector<HashFunctionId> found;
    for (std::uint64_t attempt = 1; attempt < 100'000; ++attempt) {
      const auto function = PlanOf(schedule, attempt, expected).function;
      if (found.empty() || found.back() != function) found.push_back(function);
      if (function == kMultiplyXorShiftRX) return std::pair(found, attempt);
    }
    return std::pair(found, std::uint64_t{0});
  };
  const auto hopeless = functions(kNever);
  const auto too_dear = functions(1e8);
  const auto worth_it = functions(1000);
  const std::vector<HashFunctionId> order = {kMultiplyShiftRX, kMulshrolate4RX,
                                             kMultiplyXorShiftRX};
  EXPECT_EQ(hopeless.first, order);
  EXPECT_EQ(too_dear.first, order);
  EXPECT_EQ(worth_it.first, order);
  const std::uint64_t fresh_count = FreshAttemptCount(30'000);
  EXPECT_EQ(hopeless.second, 2 * fresh_count + 1);
  EXPECT_EQ(too_dear.second, 2 * fresh_count + 1);
  EXPECT_GT(worth_it.second, 1000u);
}

TEST(AttemptScheduleTest, ALongerPlanKeepsAutoWithTheCheapestLookup) {
  using namespace std::chrono_literals;
  // How many attempts Auto makes with the cheapest function.
  const auto cheap = [](std::chrono::nanoseconds planned) {
    const auto schedule = Make({.planned_time = planned}, 30'000);
    constexpr std::uint64_t kAttempts = 1'000'000;
    std::uint64_t attempt = 1;
    while (attempt < kAttempts && PlanOf(schedule, attempt, 60'000).function ==
                                      HashFunctionId::kMultiplyShiftRX) {
      ++attempt;
    }
    return attempt - 1;
  };
  const std::uint64_t fresh_count = FreshAttemptCount(30'000);
  EXPECT_EQ(cheap(100ms), fresh_count);  // it would take longer
  EXPECT_GT(cheap(400ms), fresh_count);
  EXPECT_GT(cheap(2s), cheap(400ms));
  EXPECT_EQ(cheap(1h), cheap(2h));  // more than it is likely to need
  EXPECT_EQ(cheap(0s), cheap(kPlannedTimeDefault));
  EXPECT_THAT(ErrorOf({.planned_time = -1ns}), StartsWith("planned_time"));
}

TEST(AttemptScheduleTest, AutomaticResizesComeSoonerWhereLessTimeIsPlanned) {
  using namespace std::chrono_literals;
  const auto attempts = [](std::chrono::nanoseconds planned) {
    const auto schedule = Make({.hash_function = "MultiplyShiftRX",
                                .max_table_resizes = 1,
                                .planned_time = planned});
    std::uint64_t attempt = 1;
    while (PlanOf(schedule, attempt, 1e4).table_resizes == 0) ++attempt;
    return attempt - 1;
  };
  EXPECT_EQ(attempts(1ms), SureAttemptCount(1000));
  EXPECT_LT(attempts(1ms), attempts(100ms));
  EXPECT_LT(attempts(100ms), attempts(0s));
}

TEST(AttemptScheduleTest, CountsOfBytesAreOfShiftsAlone) {
  const auto with = [](const std::string& function,
                       std::vector<std::vector<std::uint32_t>> counts) {
    return SolverOptions{.hash_function = function,
                         .seed3_byte_counts = std::move(counts)};
  };
  const auto schedule = Make(with("Mulshrolate2RX", {{}, {0, 0, 1}, {0, 7}}));
  EXPECT_EQ(PlanOf(schedule, 1).seeds.values[2], 0x10200u);
  // Auto heeds it where it can.
  EXPECT_EQ(PlanOf(Make(with("Auto", {{0, 1}})), 1).kind, AttemptKind::kFresh);
  const std::string kOption = "seed3_byte_counts: ";
  EXPECT_THAT(ErrorOf(with("Mulshrolate2RX", {{1}})),
              StartsWith(kOption + "byte 1 of seed 3 is no shift"));
  EXPECT_THAT(ErrorOf(with("MultiplyShiftRX", {{1}})), StartsWith(kOption));
  EXPECT_THAT(ErrorOf(with("MultiplyXorShiftRX", {{1}})), StartsWith(kOption));
  EXPECT_THAT(
      ErrorOf(with("MultiplyShiftR", {std::vector<std::uint32_t>(33, 1)})),
      HasSubstr("has 32 values, 33"));
  EXPECT_THAT(ErrorOf(with("Auto", {std::vector<std::uint32_t>(33, 1)})),
              HasSubstr("has 32 values, 33"));
  EXPECT_THAT(ErrorOf(with("Auto", {{0, 0}})), HasSubstr("sum"));
  EXPECT_THAT(ErrorOf(with("Auto", {{0xffffffff, 1}})), HasSubstr("sum"));
  EXPECT_THAT(ErrorOf(with("Auto", {{1}, {1}, {1}, {1}, {1}})),
              StartsWith(kOption + "5 lists"));
}

TEST(AttemptScheduleTest, AByteHasAMaskOrCounts) {
  const auto with_mask = [](std::uint32_t mask) {
    return SolverOptions{.hash_function = "Mulshrolate2RX",
                         .seed_masks = {0, 0, mask},
                         .seed3_byte_counts = {{}, {0, 0, 1}}};
  };
  EXPECT_THAT(ErrorOf(with_mask(0x00030300)), HasSubstr("seed_masks"));
  const auto schedule = Make(with_mask(0x0003ff00));
  const std::uint32_t seed3 = PlanOf(schedule, 1).seeds.values[2];
  EXPECT_EQ(seed3 & 0xff00, 0x200u);
  EXPECT_EQ(seed3 & ~0x0003ff00u, 0u);
}

TEST(AttemptScheduleTest, NoHalfIsDrawnForAnotherThatHasRulesOfItsOwn) {
  const auto uses_pool = [](std::vector<std::uint32_t> masks) {
    return Make({.hash_function = "MultiplyShiftRX",
                 .search = SeedSearch::kPool,
                 .seed_masks = std::move(masks)})
        .uses_pool();
  };
  EXPECT_FALSE(uses_pool({0xffff}));
  EXPECT_TRUE(uses_pool({0xffff, 0xffff}));
}

TEST(AttemptScheduleTest, ANamedFunctionEndsWhenItIsHopeless) {
  const auto schedule = Make({.hash_function = "Fnv"});
  const std::uint64_t sure_count = LastSureAttemptCount(1000);
  EXPECT_EQ(PlanOf(schedule, sure_count, kNever).kind, AttemptKind::kFresh);
  for (const std::uint64_t attempt : {sure_count + 1, sure_count + 5000}) {
    const AttemptPlan plan = PlanOf(schedule, attempt, kNever);
    EXPECT_EQ(plan.kind, AttemptKind::kNone);
    EXPECT_EQ(plan.attempt_count, sure_count);
  }
  // It looked well, and was not.
  EXPECT_EQ(PlanOf(schedule, 100'000, 10).kind, AttemptKind::kFresh);
  EXPECT_EQ(PlanOf(schedule, 1'000'000, 10).kind, AttemptKind::kNone);
  EXPECT_EQ(PlanOf(schedule, 1'000'000, 1e5).kind, AttemptKind::kFresh);
}

TEST(AttemptScheduleTest, AnAssessmentThatIsStoppedTellsNothing) {
  const auto schedule = Make({.hash_function = "Fnv"});
  const auto plan = schedule.Plan(
      LastSureAttemptCount(1000) + 1,
      [](const AttemptStage&, int) { return std::optional<double>(); });
  EXPECT_EQ(plan.kind, AttemptKind::kUnknown);
}

TEST(AttemptScheduleTest, TablesAreDoubledByThemselvesWhenThereIsNoHope) {
  const auto schedule = Make({.hash_function = "MultiplyShiftRX",
                              .initial_table_resizes = 1,
                              .max_table_resizes = 3});
  const std::uint64_t sure_count = SureAttemptCount(1000);
  for (int size = 0; size < 3; ++size) {
    EXPECT_EQ(PlanOf(schedule, size * sure_count + 1, kNever).table_resizes,
              1 + size);
  }
  const std::uint64_t last = 2 * sure_count + LastSureAttemptCount(1000);
  EXPECT_EQ(PlanOf(schedule, last, kNever).table_resizes, 3);
  EXPECT_EQ(PlanOf(schedule, last + 1, kNever).kind, AttemptKind::kNone);
  EXPECT_EQ(PlanOf(schedule, sure_count + 1, 100).table_resizes, 1);
}

TEST(AttemptScheduleTest, TheRecordHasEachFunctionAndWhyItEnded) {
  using enum HashFunctionId;
  const auto schedule = Make({}, 30'000);
  const std::uint64_t fresh_count = FreshAttemptCount(30'000);
  const auto first = RecordOf(schedule, 3, TrialVerdict::kSolved);
  ASSERT_EQ(first.size(), 1u);
  EXPECT_EQ(first[0].attempts, 3u);
  EXPECT_EQ(first[0].verdict, TrialVerdict::kSolved);
  EXPECT_FALSE(first[0].is_measured);
  EXPECT_EQ(first[0].expected_attempts, RandomGraphAttempts(30'000, 65'536));

  const auto third =
      RecordOf(schedule, 2 * fresh_count + 7, TrialVerdict::kSolved, kNever);
  ASSERT_EQ(third.size(), 3u);
  EXPECT_EQ(third[0].function, kMultiplyShiftRX);
  EXPECT_EQ(third[0].attempts, fresh_count);
  EXPECT_EQ(third[0].verdict, TrialVerdict::kHopeless);
  EXPECT_TRUE(third[0].is_measured);
  EXPECT_EQ(third[1].function, kMulshrolate4RX);
  EXPECT_EQ(third[2].function, kMultiplyXorShiftRX);
  EXPECT_EQ(third[2].attempts, 7u);
  EXPECT_EQ(third[2].verdict, TrialVerdict::kSolved);

  const auto dear =
      RecordOf(schedule, fresh_count + 1, TrialVerdict::kTimeLimit, 1e8);
  ASSERT_EQ(dear.size(), 2u);
  EXPECT_EQ(dear[0].verdict, TrialVerdict::kTooManyExpected);
  EXPECT_EQ(dear[1].verdict, TrialVerdict::kTimeLimit);
  EXPECT_EQ(dear[1].attempts, 1u);

  const auto spent =
      RecordOf(schedule, 100'000, TrialVerdict::kCancelled, 1000);
  EXPECT_EQ(spent[0].verdict, TrialVerdict::kBudgetSpent);
  EXPECT_GT(spent[0].attempts, fresh_count);
  std::uint64_t sum = 0;
  for (const FunctionTrial& trial : spent) sum += trial.attempts;
  EXPECT_EQ(sum, 100'000u);
}

TEST(AttemptScheduleTest, TheRecordTellsWhoseLimitItWas) {
  const std::uint64_t sure_count = LastSureAttemptCount(1000);
  const auto limited =
      RecordOf(Make({.hash_function = "Fnv", .max_attempts = 10}), 10,
               TrialVerdict::kAttemptLimit, kNever);
  ASSERT_EQ(limited.size(), 1u);
  EXPECT_EQ(limited[0].verdict, TrialVerdict::kAttemptLimit);
  EXPECT_EQ(limited[0].attempts, 10u);
  const auto hopeless = RecordOf(Make({.hash_function = "Fnv"}), sure_count,
                                 TrialVerdict::kAttemptLimit, kNever);
  ASSERT_EQ(hopeless.size(), 1u);
  EXPECT_EQ(hopeless[0].verdict, TrialVerdict::kHopeless);
  EXPECT_EQ(hopeless[0].attempts, sure_count);
}

TEST(AttemptScheduleTest, TheRecordHasEachSizeOfTheTable) {
  const auto record = RecordOf(Make({.hash_function = "Jenkins",
                                     .max_table_resizes = 2,
                                     .attempts_before_table_resize = 10}),
                               25, TrialVerdict::kSolved);
  ASSERT_EQ(record.size(), 3u);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(record[i].table_resizes, i);
  EXPECT_EQ(record[0].attempts, 10u);
  EXPECT_EQ(record[0].verdict, TrialVerdict::kBudgetSpent);
  EXPECT_EQ(record[2].attempts, 5u);
  EXPECT_EQ(record[2].verdict, TrialVerdict::kSolved);
}

TEST(AttemptScheduleTest, SetsTooLargeForAFunctionAreInTheRecord) {
  const auto record = RecordOf(Make({}, 10'000'000), 2, TrialVerdict::kSolved);
  ASSERT_EQ(record.size(), 3u);
  EXPECT_EQ(record[0].attempts, 0u);
  EXPECT_EQ(record[0].verdict, TrialVerdict::kHopeless);
  EXPECT_EQ(record[0].expected_attempts, kNever);
  EXPECT_EQ(record[2].function, HashFunctionId::kMultiplyXorShiftRX);
}

TEST(AttemptScheduleTest, AutoStartsAnewWithEachDoubling) {
  const auto schedule = Make({.search = SeedSearch::kPlain,
                              .max_table_resizes = 1,
                              .attempts_before_table_resize = 200});
  EXPECT_EQ(PlanOf(schedule, 200).function, HashFunctionId::kMulshrolate4RX);
  EXPECT_EQ(PlanOf(schedule, 201).function, HashFunctionId::kMultiplyShiftRX);
  EXPECT_EQ(PlanOf(schedule, 201).table_resizes, 1);
}

TEST(AttemptScheduleTest, NamedFunctionsArePlainUnlessAPoolIsAskedFor) {
  EXPECT_FALSE(Make({.hash_function = "MultiplyShiftRX"}).uses_pool());
  EXPECT_TRUE(
      Make({.hash_function = "MultiplyShiftRX", .search = SeedSearch::kPool})
          .uses_pool());
  // Its halves differ.
  EXPECT_FALSE(
      Make({.hash_function = "Mulshrolate3RX", .search = SeedSearch::kPool})
          .uses_pool());
  EXPECT_FALSE(
      Make({.hash_function = "MultiplyShiftRX", .search = SeedSearch::kPool},
           10'000'000)
          .uses_pool());
  EXPECT_FALSE(Make({.hash_function = "MultiplyShiftRX",
                     .search = SeedSearch::kPool,
                     .seeds = {1, 2}})
                   .uses_pool());
}

TEST(AttemptScheduleTest, GenerationsFollowTheFreshAttempts) {
  const auto schedule =
      Make({.hash_function = "MultiplyShiftRX", .search = SeedSearch::kPool});
  const std::uint64_t fresh_count = FreshCountBeforePool(1000);
  std::uint64_t attempt = 1;
  for (; attempt <= fresh_count; ++attempt) {
    EXPECT_EQ(PlanOf(schedule, attempt).kind, AttemptKind::kFresh);
    EXPECT_EQ(PlanOf(schedule, attempt).seeds.count, 2);
  }
  for (std::uint32_t number = 0; number < 6; ++number) {
    const auto generation =
        PoolGeneration::For(number, 1000, GraphSize::For(1000, 0));
    const std::uint64_t first = attempt;
    for (std::uint32_t i = 0; i < generation.attempt_count(); ++i, ++attempt) {
      const AttemptPlan plan = PlanOf(schedule, attempt);
      const bool draws = i < generation.scored_count();
      EXPECT_EQ(plan.generation_attempt, first);
      EXPECT_EQ(plan.kind,
                draws ? AttemptKind::kCandidate : AttemptKind::kPair);
      EXPECT_EQ(plan.index, draws ? i : i - generation.scored_count());
    }
  }
}

TEST(AttemptScheduleTest, ErrorsNameTheOption) {
  EXPECT_THAT(ErrorOf({.hash_function = "Crc33"}),
              AllOf(StartsWith("hash_function: "), HasSubstr("Crc33"),
                    HasSubstr("Mulshrolate4RX")));
  EXPECT_THAT(ErrorOf({.seeds = {1, 2}}), StartsWith("seeds: "));
  EXPECT_THAT(ErrorOf({.hash_function = "Mulshrolate4RX", .seeds = {1, 2}}),
              StartsWith("seeds: Mulshrolate4RX takes 5"));
  EXPECT_THAT(ErrorOf({.initial_table_resizes = -1}),
              StartsWith("initial_table_resizes: -1"));
  EXPECT_THAT(
      ErrorOf({.max_table_resizes = 9, .attempts_before_table_resize = 1}),
      StartsWith("max_table_resizes: 9"));
  EXPECT_THAT(ErrorOf({.initial_table_resizes = 1}, kKeyCountMax),
              StartsWith("initial_table_resizes: 1 doublings"));
  EXPECT_THAT(ErrorOf({.seed_masks = {1, 2, 3, 4, 5, 6, 7, 8, 9}}),
              StartsWith("seed_masks: 9"));
}

}  // namespace
}  // namespace perfecthash
