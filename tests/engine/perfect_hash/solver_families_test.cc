// The solver on all kinds of key sets: Auto solves every one, and a function
// that cannot says so.

#include <gtest/gtest.h>

#include <string>

#include "engine/perfect_hash/solver.h"
#include "tests/support/key_families.h"
#include "tests/support/key_sets.h"

namespace perfecthash {
namespace {

struct Ending {
  Outcome outcome;
  std::uint64_t attempts = 0;
};

Ending Finish(const Solver& solver, Workspace& workspace) {
  for (std::uint64_t attempt = 1;; ++attempt) {
    const Outcome outcome = solver.Try(attempt, workspace, nullptr);
    if (outcome == Outcome::kSolved) return {outcome, attempt};
    if (outcome == Outcome::kExhausted) return {outcome, attempt - 1};
  }
}

// Whether the attempts of the trials are those that were made, and the last
// verdict is `end`.
void ExpectRecord(const SolveRecord& record, std::uint64_t attempts,
                  TrialVerdict end) {
  ASSERT_FALSE(record.empty());
  std::uint64_t sum = 0;
  for (const FunctionTrial& trial : record) sum += trial.attempts;
  EXPECT_EQ(sum, attempts);
  EXPECT_EQ(record.back().verdict, end) << NameOf(record.back().verdict);
}

class SolverFamiliesTest : public ::testing::TestWithParam<KeyFamily> {};

TEST_P(SolverFamiliesTest, AutoSolvesAndRecordsIt) {
  const KeyFamily& family = GetParam();
  Workspace workspace;
  for (const std::size_t count : {1, 3, 9, 300, 2000, 5000, 20'000, 65'536}) {
    if (count > family.count_max) continue;
    SCOPED_TRACE(count);
    const KeySet keys = MakeKeySet(family.make(count, 7));
    const auto solver = Solver::Create(keys, {});
    const Ending ending = Finish(*solver, workspace);
    ASSERT_EQ(ending.outcome, Outcome::kSolved);
    EXPECT_LT(ending.attempts, 20'000u);
    const auto table = solver->Build(ending.attempts, workspace);
    ASSERT_TRUE(table.ok()) << table.status();
    const SolveRecord record =
        solver->Record(ending.attempts, TrialVerdict::kSolved, workspace);
    ExpectRecord(record, ending.attempts, TrialVerdict::kSolved);
    EXPECT_EQ(record.back().function, table->parameters().function);
  }
}

TEST_P(SolverFamiliesTest, EveryNamedFunctionSolvesOrSaysThatItCannot) {
  const KeyFamily& family = GetParam();
  Workspace workspace;
  for (const HashFunction& function : AllHashFunctions()) {
    for (const std::size_t count : {5, 1000}) {
      SCOPED_TRACE(std::string(function.name) + " " + std::to_string(count));
      const KeySet keys = MakeKeySet(family.make(count, 7));
      const auto solver =
          Solver::Create(keys, {.hash_function = std::string(function.name)});
      const Ending ending = Finish(*solver, workspace);
      const bool is_solved = ending.outcome == Outcome::kSolved;
      const auto end =
          is_solved ? TrialVerdict::kSolved : TrialVerdict::kAttemptLimit;
      ExpectRecord(solver->Record(ending.attempts, end, workspace),
                   ending.attempts,
                   is_solved ? TrialVerdict::kSolved : TrialVerdict::kHopeless);
      EXPECT_EQ(is_solved, solver->attempt_count_max() == kNoAttemptLimit);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(AllFamilies, SolverFamiliesTest,
                         ::testing::ValuesIn(AllKeyFamilies()),
                         [](const auto& info) {
                           std::string name(info.param.name);
                           for (char& c : name) {
                             if (!std::isalnum(c)) c = '_';
                           }
                           return name;
                         });

TEST(SolverOptionsTest, AHopelessFunctionDoublesTheTableWhereItMay) {
  const KeySet keys = MakeKeySet(FindKeyFamily("addresses")->make(60'000, 1));
  Workspace workspace;
  const auto solver = Solver::Create(
      keys, {.hash_function = "MultiplyShiftRX", .max_table_resizes = 4});
  const Ending ending = Finish(*solver, workspace);
  const SolveRecord record =
      solver->Record(ending.attempts, TrialVerdict::kSolved, workspace);
  ASSERT_EQ(ending.outcome, Outcome::kSolved);
  ASSERT_GT(record.size(), 1u);
  EXPECT_EQ(record[0].verdict, TrialVerdict::kHopeless);
  for (std::size_t i = 0; i < record.size(); ++i) {
    EXPECT_EQ(record[i].table_resizes, static_cast<int>(i));
  }
  EXPECT_EQ(
      solver->Build(ending.attempts, workspace)->parameters().table_resizes,
      record.back().table_resizes);
}

TEST(SolverOptionsTest, DrawnSeedsFillInForThoseThatAreZero) {
  const KeySet keys = MakeKeySet(FindKeyFamily("clusters")->make(1000, 1));
  Workspace workspace;
  const auto solver = Solver::Create(
      keys, {.hash_function = "Mulshrolate2RX", .seeds = {0x9e3779b1, 0, 0}});
  const Ending ending = Finish(*solver, workspace);
  ASSERT_EQ(ending.outcome, Outcome::kSolved);
  const auto table = solver->Build(ending.attempts, workspace);
  const Seeds& seeds = table->parameters().seeds;
  EXPECT_EQ(seeds.values[0], 0x9e3779b1u);
  const auto again = Solver::Create(
      keys, {.hash_function = "Mulshrolate2RX",
             .seeds = {seeds.span().begin(), seeds.span().end()}});
  EXPECT_EQ(again->attempt_count_max(), 1u);
  ASSERT_EQ(again->Try(1, workspace, nullptr), Outcome::kSolved);
  EXPECT_EQ(again->Build(1, workspace)->assigned(), table->assigned());
}

}  // namespace
}  // namespace perfecthash
