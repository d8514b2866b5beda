#include "engine/coroutine/task_group.h"

#include <gtest/gtest.h>

#include "engine/coroutine/sync_wait.h"
#include "tests/support/queue_executor.h"

namespace perfecthash {
namespace {

Task<> Add(Executor& executor, int value, int& sum) {
  co_await ResumeOn(executor);
  sum += value;
}

DetachedTask StartAndJoin(Executor& executor, int count, int& sum,
                          bool& joined) {
  TaskGroup group;
  for (int i = 1; i <= count; ++i) group.Start(Add(executor, i, sum));
  co_await group.Join();
  joined = true;
}

TEST(TaskGroupTest, JoinWaitsForEveryTask) {
  QueueExecutor executor;
  int sum = 0;
  bool joined = false;
  StartAndJoin(executor, 4, sum, joined);
  for (int i = 0; i < 4; ++i) {
    EXPECT_FALSE(joined);
    executor.RunOne();
  }
  EXPECT_TRUE(joined);
  EXPECT_EQ(sum, 10);
}

TEST(TaskGroupTest, AnEmptyGroupIsJoinedAtOnce) {
  QueueExecutor executor;
  int sum = 0;
  bool joined = false;
  StartAndJoin(executor, 0, sum, joined);
  EXPECT_TRUE(joined);
}

}  // namespace
}  // namespace perfecthash
