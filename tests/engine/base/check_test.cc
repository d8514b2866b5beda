#include "engine/base/check.h"

#include "gtest/gtest.h"

namespace perfecthash {
namespace {

TEST(CheckTest, TrueConditionIsEvaluatedOnceAndPasses) {
  int evaluations = 0;
  CHECK(++evaluations == 1);
  EXPECT_EQ(evaluations, 1);
}

TEST(CheckDeathTest, FalseConditionNamesItselfAndItsPlace) {
  EXPECT_DEATH(CHECK(1 + 1 == 3),
               "check_test.cc:.*: CHECK failed: 1 \\+ 1 == 3");
}

#ifdef NDEBUG
TEST(CheckTest, DebugCheckIsNotEvaluatedInReleaseBuilds) {
  int evaluations = 0;
  DCHECK(++evaluations == 0);
  EXPECT_EQ(evaluations, 0);
}
#else
TEST(CheckDeathTest, DebugCheckIsACheckInDebugBuilds) {
  EXPECT_DEATH(DCHECK(false), "CHECK failed: false");
}
#endif

}  // namespace
}  // namespace perfecthash
