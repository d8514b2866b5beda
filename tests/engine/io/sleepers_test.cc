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
  EXPECT_FALSE(sleepers.Sleep(mutex, deadline));
  EXPECT_GE(Clock::now(), deadline);
  EXPECT_TRUE(sleepers.empty());
  Sleepers::Wake wake;
  EXPECT_FALSE(sleepers.WakeOne(wake));
}

TEST(SleepersTest, AVeryLongTimeoutIsTheEndOfTime) {
  EXPECT_EQ(DeadlineAfter(std::chrono::nanoseconds::max()),
            Clock::time_point::max());
}

TEST(SleepersTest, TheTimeLeftIsRoundedUpAndNeverNegative) {
  const Clock::time_point now = Clock::now();
  EXPECT_EQ(TimeLeft(now), std::chrono::milliseconds(0));
  const auto left = TimeLeft(now + std::chrono::microseconds(3'600'000'001));
  EXPECT_LE(left, std::chrono::milliseconds(3'600'001));
  EXPECT_GT(left, std::chrono::milliseconds(3'000'000));
  EXPECT_GT(TimeLeft(Clock::time_point::max()), std::chrono::hours(24 * 365));
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
      EXPECT_TRUE(sleepers.Sleep(mutex, Clock::time_point::max()));
      woken.push_back(i);
      asleep.NotifyAll();
    });
    MutexLock lock(mutex);
    while (asleep_count <= i) asleep.Wait(mutex);
  }
  for (std::size_t count = 1; count <= 3; ++count) {
    {
      Sleepers::Wake wake;
      MutexLock lock(mutex);
      EXPECT_TRUE(sleepers.WakeOne(wake));
    }
    MutexLock lock(mutex);
    while (woken.size() < count) asleep.Wait(mutex);
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(woken, (std::vector<int>{2, 1, 0}));
}

TEST(SleepersTest, WakeAllWakesAll) {
  Mutex mutex;
  Condition asleep;
  Sleepers sleepers;
  int asleep_count = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      MutexLock lock(mutex);
      ++asleep_count;
      asleep.NotifyAll();
      EXPECT_TRUE(sleepers.Sleep(mutex, Clock::time_point::max()));
    });
  }
  {
    MutexLock lock(mutex);
    while (asleep_count < 3) asleep.Wait(mutex);
    sleepers.WakeAll();
    EXPECT_TRUE(sleepers.empty());
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace perfecthash
