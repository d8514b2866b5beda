#include "engine/numa/thread.h"

#include <gtest/gtest.h>
#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include <thread>

namespace perfecthash {
namespace {

int NiceOfThisThread() {
  return ::getpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()));
}

TEST(ThreadTest, NameIsCutToWhatTheSystemKeeps) {
  std::thread([] {
    NameThread("node12-worker-345");
    char name[32];
    ASSERT_EQ(pthread_getname_np(pthread_self(), name, sizeof(name)), 0);
    EXPECT_STREQ(name, "node12-worker-3");
  }).join();
}

TEST(ThreadTest, PriorityIsLoweredForTheCallingThreadOnly) {
  const int before = NiceOfThisThread();
  std::thread([before] {
    ASSERT_TRUE(LowerThreadPriority(3).ok());
    EXPECT_EQ(NiceOfThisThread(), std::min(before + 3, 19));
    ASSERT_TRUE(LowerThreadPriority(19).ok());
    EXPECT_EQ(NiceOfThisThread(), 19);
  }).join();
  EXPECT_EQ(NiceOfThisThread(), before);
}

}  // namespace
}  // namespace perfecthash
