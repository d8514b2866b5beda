#include "engine/perfect_hash/solve_record.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <string>

namespace perfecthash {
namespace {

TEST(SolveRecordTest, VerdictsHaveNamesOfTheirOwn) {
  std::set<std::string> names;
  for (int i = 0; i <= static_cast<int>(TrialVerdict::kCancelled); ++i) {
    names.insert(std::string(NameOf(static_cast<TrialVerdict>(i))));
  }
  EXPECT_EQ(names.size(), 7u);
  EXPECT_FALSE(names.contains("UNKNOWN"));
}

TEST(SolveRecordTest, ExpectedAttemptsAreThoseOfARandomGraph) {
  EXPECT_NEAR(RandomGraphAttempts(31'016, 65'536), 1 / 0.2312, 0.01);
  EXPECT_NEAR(RandomGraphAttempts(37'209, 131'072), 1 / 0.657, 0.01);
  EXPECT_NEAR(RandomGraphAttempts(1, 16), 1.07, 0.01);
}

TEST(SolveRecordTest, AFullGraphHasAFiniteExpectation) {
  const double full = RandomGraphAttempts(1 << 20, 1 << 21);
  EXPECT_GT(full, RandomGraphAttempts(1'000'000, 1 << 21));
  EXPECT_LT(full, 20);
}

}  // namespace
}  // namespace perfecthash
