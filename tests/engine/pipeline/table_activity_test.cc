#include "engine/pipeline/table_activity.h"

#include <gtest/gtest.h>

namespace perfecthash {
namespace {

TEST(TableActivityTest, TellsStageLanesAndAttempts) {
  TableActivity activity;
  EXPECT_STREQ(TableStageName(activity.stage()), "queued");
  const TableActivity::TimePoint now{std::chrono::seconds(5)};
  activity.Enter(TableStage::kSolve, now);
  activity.AddLane();
  activity.AddLane();
  activity.RemoveLane();
  activity.AddAttempts(40);
  EXPECT_STREQ(TableStageName(activity.stage()), "solve");
  EXPECT_EQ(activity.stage_started(), now);
  EXPECT_EQ(activity.lanes(), 1);
  EXPECT_EQ(activity.attempts(), 40u);
}

}  // namespace
}  // namespace perfecthash
