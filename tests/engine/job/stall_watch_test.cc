#include "engine/job/stall_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace perfecthash {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class StallWatchTest : public testing::Test {
 protected:
  TableActivity& Start(const std::string& name, QueueTime now) {
    ActiveJob::Setup setup;
    setup.spec.items.emplace_back().name = name;
    setup.queue.items.push_back({.nodes = NodeSet::Of(0), .indices = {0}});
    RunningTable& table =
        running_.Start(std::make_shared<ActiveJob>(std::move(setup)), 0, now);
    watch_.NoteStart(now);
    return table.activity;
  }
  static void Progress(TableActivity& activity, QueueTime now) {
    activity.NoteProgress(TableActivity::TimePoint(now));
  }
  std::vector<std::string> LookAt(QueueTime now) {
    std::vector<std::string> names;
    for (const WorkItem& table : watch_.Look(running_, now)) {
      names.push_back(table.name);
    }
    return names;
  }

  RunningTables running_;
  StallWatch watch_{seconds(30)};
};

TEST_F(StallWatchTest, AStallIsFoundWhenItHasLastedLongEnoughAndOnce) {
  EXPECT_EQ(watch_.next_look(), StallWatch::kNever);
  Start("a", seconds(100));
  EXPECT_EQ(watch_.next_look(), seconds(130));
  EXPECT_THAT(LookAt(seconds(129)), IsEmpty());
  EXPECT_THAT(LookAt(seconds(130)), ElementsAre("a"));
  EXPECT_EQ(watch_.next_look(), seconds(160));
  EXPECT_THAT(LookAt(seconds(160)), IsEmpty());
  EXPECT_THAT(LookAt(seconds(1'000)), IsEmpty());
}

TEST_F(StallWatchTest, ATableThatGoesOnIsNoStall) {
  TableActivity& table = Start("a", seconds(100));
  for (int time = 100; time < 1'000; time += 29) {
    Progress(table, seconds(time));
    EXPECT_THAT(LookAt(seconds(time + 29)), IsEmpty()) << time;
  }
}

TEST_F(StallWatchTest, ASecondStallOfATableIsFoundInTimeToo) {
  TableActivity& table = Start("a", seconds(100));
  EXPECT_THAT(LookAt(seconds(130)), ElementsAre("a"));
  Progress(table, seconds(135));
  EXPECT_THAT(LookAt(seconds(160)), IsEmpty());
  EXPECT_EQ(watch_.next_look(), seconds(165));
  EXPECT_THAT(LookAt(seconds(165)), ElementsAre("a"));
}

TEST_F(StallWatchTest, EachTableHasItsOwnTime) {
  TableActivity& quick = Start("quick", seconds(100));
  Start("stuck", seconds(110));
  Progress(quick, seconds(128));
  EXPECT_THAT(LookAt(seconds(130)), IsEmpty());
  EXPECT_EQ(watch_.next_look(), seconds(140));
  EXPECT_THAT(LookAt(seconds(140)), ElementsAre("stuck"));
  EXPECT_EQ(watch_.next_look(), seconds(158));
}

TEST_F(StallWatchTest, WithoutTablesThereIsNothingToLookAt) {
  Start("a", seconds(100));
  running_.Remove(*running_.begin());
  EXPECT_THAT(LookAt(seconds(130)), IsEmpty());
  EXPECT_EQ(watch_.next_look(), StallWatch::kNever);
}

TEST_F(StallWatchTest, ZeroSwitchesItOff) {
  Start("a", seconds(100));
  StallWatch off{seconds(0)};
  off.NoteStart(seconds(100));
  EXPECT_EQ(off.next_look(), StallWatch::kNever);
  EXPECT_THAT(off.Look(running_, seconds(1'000'000)), IsEmpty());
}

}  // namespace
}  // namespace perfecthash
