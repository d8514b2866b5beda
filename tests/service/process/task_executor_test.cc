#include "service/process/task_executor.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

#include "engine/base/error_reason.h"

namespace perfecthash {
namespace {

TEST(TaskExecutorTest, StopRunsWhatIsQueued) {
  std::atomic<int> count = 0;
  TaskExecutor executor({});
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(executor.Post([&count] { ++count; }).ok());
  }
  executor.Stop();
  EXPECT_EQ(count, 100);
}

TEST(TaskExecutorTest, RefusesWhenTheQueueIsFull) {
  std::promise<void> started;
  std::promise<void> go_on;
  TaskExecutor executor({.thread_count = 1, .queued_count_max = 2});
  ASSERT_TRUE(executor
                  .Post([&] {
                    started.set_value();
                    go_on.get_future().wait();
                  })
                  .ok());
  started.get_future().wait();
  EXPECT_TRUE(executor.Post([] {}).ok());
  EXPECT_TRUE(executor.Post([] {}).ok());
  const absl::Status refused = executor.Post([] { FAIL(); });
  EXPECT_TRUE(absl::IsResourceExhausted(refused));
  EXPECT_EQ(ReasonOf(refused), "SERVER_BUSY");
  go_on.set_value();
}

TEST(TaskExecutorTest, RefusesAfterStop) {
  TaskExecutor executor({});
  executor.Stop();
  const absl::Status refused = executor.Post([] { FAIL(); });
  EXPECT_TRUE(absl::IsUnavailable(refused));
  EXPECT_EQ(ReasonOf(refused), "STOPPING");
}

}  // namespace
}  // namespace perfecthash
