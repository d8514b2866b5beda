#include "engine/numa/thread.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "tests/support/thread_facts.h"

namespace perfecthash {
namespace {

TEST(ThreadTest, NameIsWhatTheSystemShows) {
  std::thread([] {
    NameThread("node1-worker2");
    EXPECT_EQ(ThreadName(), "node1-worker2");
  }).join();
}

TEST(ThreadTest, PriorityIsLoweredForTheCallingThreadOnly) {
  const int before = ThreadNice();
  std::thread([before] {
    ASSERT_TRUE(LowerThreadPriority(0).ok());
    EXPECT_EQ(ThreadNice(), before);
    ASSERT_TRUE(LowerThreadPriority(5).ok());
    EXPECT_EQ(ThreadNice(), std::min(before + 5, 19));  // 19 is the lowest
  }).join();
  EXPECT_EQ(ThreadNice(), before);
}

}  // namespace
}  // namespace perfecthash
