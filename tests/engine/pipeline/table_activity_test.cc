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

TEST(TableActivityTest, AStageAndWhatIsDoneInItAreProgress) {
  using std::chrono::seconds;
  TableActivity activity;
  const TableActivity::TimePoint entered{seconds(5)};
  activity.Enter(TableStage::kSolve, entered);
  EXPECT_EQ(activity.last_progress(), entered);
  activity.NoteProgress(entered + seconds(2));
  EXPECT_EQ(activity.last_progress(), entered + seconds(2));
  EXPECT_EQ(activity.stage_started(), entered);
}

TEST(TableActivityTest, AddsUpTheTimeInEachStage) {
  using std::chrono::seconds;
  TableActivity activity;
  const auto at = [](int second) {
    return TableActivity::TimePoint{seconds(second)};
  };
  activity.Enter(TableStage::kRead, at(10));
  activity.Enter(TableStage::kMemory, at(11));
  activity.Enter(TableStage::kRead, at(14));
  activity.Enter(TableStage::kBuild, at(19));
  EXPECT_EQ(activity.TimeIn(TableStage::kRead), seconds(6));
  EXPECT_EQ(activity.TimeIn(TableStage::kMemory), seconds(3));
  EXPECT_EQ(activity.TimeIn(TableStage::kBuild), seconds(0));
  EXPECT_STREQ(TableStageName(activity.stage()), "build");
}

}  // namespace
}  // namespace perfecthash
