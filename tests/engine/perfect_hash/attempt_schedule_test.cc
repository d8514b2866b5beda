#include "engine/perfect_hash/attempt_schedule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
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

std::string ErrorOf(const SolverOptions& options,
                    std::size_t key_count = 1000) {
  const auto schedule = AttemptSchedule::Create(options, key_count);
  EXPECT_EQ(schedule.status().code(), absl::StatusCode::kInvalidArgument);
  return std::string(schedule.status().message());
}

TEST(AttemptScheduleTest, SeedsAreThoseOfTheAttemptsSubsequence) {
  const auto schedule = Make({.hash_function = "Mulshrolate4RX", .seed = 77});
  for (const std::uint64_t attempt : {1ull, 2ull, 1ull << 40}) {
    const AttemptPlan plan = schedule.Plan(attempt);
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
                              .seeds = {11, 0},
                              .max_attempts = 12,
                              .initial_table_resizes = 1,
                              .max_table_resizes = 3});
  EXPECT_EQ(schedule.attempt_count_max(), 1u);
  EXPECT_THAT(schedule.Plan(1).seeds.span(), ElementsAre(11, 0));
  EXPECT_EQ(schedule.Plan(1).table_resizes, 1);
}

TEST(AttemptScheduleTest, BitsThatDoNotCountAreCleared) {
  const auto schedule =
      Make({.hash_function = "Mulshrolate2RX", .seeds = {1, 2, 0xffffffff}});
  EXPECT_THAT(schedule.Plan(1).seeds.span(), ElementsAre(1, 2, 0x1f1f00));
}

TEST(AttemptScheduleTest, TablesAreDoubledAfterTheirAttempts) {
  const auto schedule = Make({.hash_function = "Jenkins",
                              .initial_table_resizes = 1,
                              .max_table_resizes = 3,
                              .attempts_before_table_resize = 10});
  EXPECT_EQ(schedule.Plan(1).table_resizes, 1);
  EXPECT_EQ(schedule.Plan(10).table_resizes, 1);
  EXPECT_EQ(schedule.Plan(11).table_resizes, 2);
  EXPECT_EQ(schedule.Plan(20).table_resizes, 2);
  EXPECT_EQ(schedule.Plan(21).table_resizes, 3);
  EXPECT_EQ(schedule.Plan(1'000'000).table_resizes, 3);
  EXPECT_EQ(schedule.table_resizes_max(), 3);
}

TEST(AttemptScheduleTest, PlainAutoGoesFromCheapToStrong) {
  for (const char* name : {"", "Auto"}) {
    const auto schedule =
        Make({.hash_function = name, .search = SeedSearch::kPlain});
    EXPECT_EQ(schedule.Plan(1).function, HashFunctionId::kMultiplyShiftRX);
    EXPECT_EQ(schedule.Plan(129).function, HashFunctionId::kMulshrolate2RX);
    EXPECT_EQ(schedule.Plan(145).function, HashFunctionId::kMulshrolate4RX);
    EXPECT_EQ(schedule.Plan(401).function, HashFunctionId::kJenkins);
    EXPECT_EQ(schedule.Plan(1'000'000'000).function, HashFunctionId::kJenkins);
    EXPECT_FALSE(schedule.uses_pool());
  }
}

TEST(AttemptScheduleTest, AutoGoesFromCheapToStrongWithAPoolOfEach) {
  const auto schedule = Make({});
  EXPECT_TRUE(schedule.uses_pool());
  std::vector<HashFunctionId> functions;
  for (std::uint64_t attempt = 1; attempt < 200'000; ++attempt) {
    const AttemptPlan plan = schedule.Plan(attempt);
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
  for (const SeedSearch search : {SeedSearch::kPlain, SeedSearch::kPool}) {
    EXPECT_EQ(Make({.search = search}, 299'999).Plan(1).function,
              HashFunctionId::kMultiplyShiftRX);
    EXPECT_EQ(Make({.search = search}, 300'000).Plan(1).function,
              HashFunctionId::kMulshrolate4RX);
  }
  EXPECT_EQ(Make({.search = SeedSearch::kPlain}, 10'000'000).Plan(1).function,
            HashFunctionId::kJenkins);
  EXPECT_EQ(Make({}, 10'000'000).Plan(1).function,
            HashFunctionId::kMultiplyXorShiftRX);
}

TEST(AttemptScheduleTest, AutoStartsAnewWithEachDoubling) {
  const auto schedule = Make({.search = SeedSearch::kPlain,
                              .max_table_resizes = 1,
                              .attempts_before_table_resize = 200});
  EXPECT_EQ(schedule.Plan(200).function, HashFunctionId::kMulshrolate4RX);
  EXPECT_EQ(schedule.Plan(201).function, HashFunctionId::kMultiplyShiftRX);
  EXPECT_EQ(schedule.Plan(201).table_resizes, 1);
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
  const std::uint64_t fresh_count = AttemptSchedule::kFreshAttemptCount;
  std::uint64_t attempt = 1;
  for (; attempt <= fresh_count; ++attempt) {
    EXPECT_EQ(schedule.Plan(attempt).kind, AttemptKind::kFresh);
    EXPECT_EQ(schedule.Plan(attempt).seeds.count, 2);
  }
  for (std::uint32_t number = 0; number < 6; ++number) {
    const auto generation =
        PoolGeneration::For(number, 1000, GraphSize::For(1000, 0));
    const std::uint64_t first = attempt;
    for (std::uint32_t i = 0; i < generation.attempt_count(); ++i, ++attempt) {
      const AttemptPlan plan = schedule.Plan(attempt);
      const bool draws = i < generation.candidate_count;
      EXPECT_EQ(plan.generation_attempt, first);
      EXPECT_EQ(plan.kind,
                draws ? AttemptKind::kCandidate : AttemptKind::kPair);
      EXPECT_EQ(plan.index, draws ? i : i - generation.candidate_count);
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
  EXPECT_THAT(ErrorOf({.max_table_resizes = 1}),
              StartsWith("attempts_before_table_resize: must be set"));
}

}  // namespace
}  // namespace perfecthash
