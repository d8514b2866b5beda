#include "engine/io/sleepers.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace perfecthash {
namespace {

using Clock = std::chrono::steady_clock;

TEST(SleepersTest, ADeadlineEndsASleep) {
  Mutex mutex;
  Sleepers sleepers;
  MutexLock lock(mutex);
  const Clock::time_point deadline =
      DeadlineAfter(std::chrono::milliseconds(1));
  sleepers.Sleep(mutex, deadline);
  EXPECT_GE(Clock::now(), deadline);
  EXPECT_TRUE(sleepers.empty());
  EXPECT_FALSE(sleepers.WakeOne());
}

TEST(SleepersTest, AVeryLongTimeoutIsTheEndOfTime) {
  EXPECT_EQ(DeadlineAfter(std::chrono::nanoseconds::max()),
            Clock::time_point::max());
}

TEST(SleepersTest, EveryWakeReachesOneSleeperTheLastOneFirst) {
  Mutex mutex;
  Condition asleep;
  Sleepers sleepers;
  int asleep_count = 0;
  std::vector<int> woken;
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&, i] {
      MutexLock lock(mutex);
      ++asleep_count;
      asleep.NotifyAll();
      sleepers.Sleep(mutex, Clock::time_point::max());
      woken.push_back(i);
      asleep.NotifyAll();
    });
    MutexLock lock(mutex);
    while (asleep_count <= i) asleep.Wait(mutex);
  }
  {
    MutexLock lock(mutex);
    for (std::size_t count = 1; count <= 3; ++count) {
      EXPECT_TRUE(sleepers.WakeOne());
      while (woken.size() < count) asleep.Wait(mutex);
    }
    EXPECT_FALSE(sleepers.WakeOne());
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(woken, (std::vector<int>{2, 1, 0}));
}

}  // namespace
}  // namespace perfecthash
