#include <gtest/gtest.h>
#include <sched.h>

#include <set>
#include <thread>

#include "engine/numa/topology.h"
#include "tests/support/thread_facts.h"

namespace perfecthash {
namespace {

TEST(TopologyTest, ObeysTheAffinityMaskOfTheProcess) {
  std::thread([] {
    // Only this thread is confined, but detection must not fail or widen it.
    const std::set<int> before = ThreadCpus();
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(*before.begin(), &one);
    if (::sched_setaffinity(0, sizeof(one), &one) != 0) GTEST_SKIP();
    const auto topology = Topology::Detect();
    ASSERT_TRUE(topology.ok());
    EXPECT_EQ(ThreadCpus(), std::set<int>{*before.begin()});
  }).join();
}

}  // namespace
}  // namespace perfecthash
