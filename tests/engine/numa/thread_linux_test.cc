#include <gtest/gtest.h>
#include <sched.h>

#include <algorithm>
#include <thread>

#include "engine/numa/thread.h"
#include "tests/support/thread_facts.h"

namespace perfecthash {
namespace {

TEST(ThreadTest, NameIsCutToWhatLinuxKeeps) {
  std::thread([] {
    NameThread("node12-worker-345");
    EXPECT_EQ(ThreadName(), "node12-worker-3");
  }).join();
}

TEST(ThreadTest, EveryStepCountsDownToTheLowestPriority) {
  const int before = ThreadNice();
  std::thread([before] {
    ASSERT_TRUE(LowerThreadPriority(3).ok());
    EXPECT_EQ(ThreadNice(), std::min(before + 3, 19));
    ASSERT_TRUE(LowerThreadPriority(19).ok());
    EXPECT_EQ(ThreadNice(), 19);
  }).join();
}

TEST(ThreadTest, BatchesAreForTheCallingThreadOnly) {
  std::thread([] {
    ASSERT_TRUE(RunThreadInBatches().ok());
    EXPECT_EQ(sched_getscheduler(0), SCHED_BATCH);
  }).join();
  EXPECT_EQ(sched_getscheduler(0), SCHED_OTHER);
}

}  // namespace
}  // namespace perfecthash
