#include "engine/base/mutex.h"

#include <chrono>
#include <thread>
#include <vector>

#include "gtest/gtest.h"

namespace perfecthash {
namespace {

// Counts to `goal` with others, under a lock.
class Meeting {
 public:
  void Arrive() {
    MutexLock lock(mutex_);
    ++arrived_;
    changed_.NotifyAll();
  }

  void WaitFor(int goal) {
    MutexLock lock(mutex_);
    while (arrived_ < goal) changed_.Wait(mutex_);
  }

  bool WaitUntil(int goal, std::chrono::steady_clock::time_point deadline) {
    MutexLock lock(mutex_);
    while (arrived_ < goal) {
      if (!changed_.WaitUntil(mutex_, deadline)) return arrived_ >= goal;
    }
    return true;
  }

  int arrived() {
    MutexLock lock(mutex_);
    return arrived_;
  }

 private:
  Mutex mutex_;
  Condition changed_;
  int arrived_ ABSL_GUARDED_BY(mutex_) = 0;
};

TEST(MutexTest, NoIncrementIsLost) {
  Meeting meeting;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&meeting] {
      for (int j = 0; j < 5'000; ++j) meeting.Arrive();
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(meeting.arrived(), 20'000);
}

TEST(ConditionTest, WaiterWakesWhenItsConditionHolds) {
  Meeting meeting;
  std::thread waiter([&meeting] { meeting.WaitFor(3); });
  for (int i = 0; i < 3; ++i) meeting.Arrive();
  waiter.join();
}

TEST(ConditionTest, WaitUntilEndsAtItsDeadline) {
  Meeting meeting;
  EXPECT_FALSE(meeting.WaitUntil(1, std::chrono::steady_clock::now()));
  meeting.Arrive();
  EXPECT_TRUE(meeting.WaitUntil(1, std::chrono::steady_clock::now()));
}

}  // namespace
}  // namespace perfecthash
