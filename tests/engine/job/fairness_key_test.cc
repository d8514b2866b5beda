#include "engine/job/fairness_key.h"

#include <gtest/gtest.h>

#include "engine/job/job_queue.h"
#include "tests/engine/job/queue_jobs.h"

namespace perfecthash {
namespace {

TEST(FairnessKeyTest, TheLeastChargedComesFirstThenTheOldest) {
  FairnessKey first("a", 1), second("b", 2);
  const FairnessKey::ByCharge less;
  EXPECT_TRUE(less(&first, &second));
  EXPECT_FALSE(less(&second, &first));
  first.set_charged(0.5);
  EXPECT_TRUE(less(&second, &first));
}

TEST(FairnessKeyTest, WithoutStrandsItIsNotReady) {
  FairnessKey key("a", 1);
  const NodeSet all = NodeSet::FirstN(4);
  EXPECT_FALSE(key.ready());
  EXPECT_EQ(key.First({.free = all, .reserve = all}), nullptr);
}

// Strands are made by the queue alone: what a key does with them shows there.
TEST(FairnessKeyTest, TheTurnGoesByTheLastStartAcrossSetsOfNodes) {
  JobQueue queue(100);
  const auto anywhere = MakeJob({.items = 10, .nodes = NodeSet::FirstN(2)});
  const auto here = MakeJob({.items = 10, .nodes = NodeSet::Of(0)});
  queue.Push(*anywhere, QueueTime(0));
  queue.Push(*here, QueueTime(0));
  const NodeSet first = NodeSet::Of(0);
  for (int round = 0; round < 5; ++round) {
    EXPECT_EQ(queue.Pop({first, first}, QueueTime(0))->job, anywhere.get());
    EXPECT_EQ(queue.Pop({first, first}, QueueTime(0))->job, here.get());
  }
  for (const auto* job : {&anywhere, &here}) {
    queue.Drop(**job);
    while ((*job)->running() > 0) queue.Finish(**job);
  }
}

}  // namespace
}  // namespace perfecthash
