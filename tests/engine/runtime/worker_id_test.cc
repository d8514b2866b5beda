#include "engine/runtime/worker_id.h"

#include <gtest/gtest.h>

#include <thread>

namespace perfecthash {
namespace {

TEST(WorkerIdTest, OrdinaryThreadsAreNoWorkers) {
  EXPECT_FALSE(CurrentWorker().valid());
}

TEST(WorkerIdTest, ScopesNestAndBelongToTheirThread) {
  const ScopedWorkerId outer({.node_index = 1, .worker_index = 2});
  {
    const ScopedWorkerId inner({.node_index = 0, .worker_index = 0});
    EXPECT_EQ(CurrentWorker(), (WorkerId{0, 0}));
  }
  EXPECT_EQ(CurrentWorker(), (WorkerId{1, 2}));
  std::thread([] { EXPECT_FALSE(CurrentWorker().valid()); }).join();
}

}  // namespace
}  // namespace perfecthash
