#include "engine/pipeline/table_stop.h"

#include <gtest/gtest.h>

#include "tests/engine/pipeline/pipeline_world.h"

namespace perfecthash {
namespace {

using std::chrono::milliseconds;

// It does not look at the clock every time.
bool StopsSoon(const TableStop& stop) {
  for (int i = 0; i < 100; ++i) {
    if (stop.IsStopped()) return true;
  }
  return false;
}

TEST(TableStopTest, StopsWhenTheTimeIsUp) {
  PipelineWorld world;
  const TableContext context = world.Context();
  const auto now = world.node().Now();
  const TableStop late(context, now);
  EXPECT_TRUE(StopsSoon(late));
  EXPECT_TRUE(late.IsStopped()) << "once stopped it remains so";
  EXPECT_TRUE(late.is_late());
  const TableStop early(context, now + milliseconds(1));
  EXPECT_FALSE(StopsSoon(early));
  EXPECT_FALSE(early.is_late());
}

TEST(TableStopTest, StopsAtACancellationWithoutBeingLate) {
  PipelineWorld world;
  const TableContext context = world.Context();
  const TableStop stop(context);
  EXPECT_FALSE(StopsSoon(stop));
  world.cancel.Cancel();
  EXPECT_TRUE(stop.IsStopped());
  EXPECT_FALSE(stop.is_late());
}

TEST(TableStopTest, TheDeadlineIsThatOfTheTimeLimit) {
  PipelineWorld world;
  const TableContext context = world.Context();
  const auto now = world.node().Now();
  EXPECT_EQ(SolveDeadline(context, now), TableStop::TimePoint::max());
  world.options().solve_time_max = milliseconds(7);
  EXPECT_EQ(SolveDeadline(context, now), now + milliseconds(7));
}

}  // namespace
}  // namespace perfecthash
