#include "engine/runtime/outstanding.h"

#include <gtest/gtest.h>

#include <thread>
#include <utility>
#include <vector>

namespace perfecthash {
namespace {

TEST(OutstandingTest, CountsTokensAlive) {
  Outstanding outstanding;
  {
    auto first = outstanding.Begin();
    auto second = outstanding.Begin();
    EXPECT_EQ(outstanding.count(), 2);
    const Outstanding::Token moved = *std::move(first);
    first.reset();
    EXPECT_EQ(outstanding.count(), 2);
  }
  EXPECT_EQ(outstanding.count(), 0);
}

TEST(OutstandingTest, NothingBeginsOnceClosed) {
  Outstanding outstanding;
  const auto before = outstanding.Begin();
  outstanding.Close();
  EXPECT_FALSE(outstanding.Begin().has_value());
  EXPECT_EQ(outstanding.count(), 1);
}

TEST(OutstandingTest, WaitEndsWithTheLastToken) {
  for (int round = 0; round < 200; ++round) {
    Outstanding outstanding;
    std::vector<std::thread> threads;
    int ended = 0;
    Mutex mutex;
    for (int i = 0; i < 3; ++i) {
      threads.emplace_back([token = outstanding.Begin(), &mutex, &ended] {
        MutexLock lock(mutex);
        ++ended;
      });
    }
    for (std::thread& thread : threads) thread.detach();
    outstanding.WaitUntilNone();  // the tokens die after their threads' work
    MutexLock lock(mutex);
    EXPECT_EQ(ended, 3);
  }
}

}  // namespace
}  // namespace perfecthash
