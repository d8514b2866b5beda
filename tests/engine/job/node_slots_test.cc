#include "engine/job/node_slots.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace perfecthash {
namespace {

using ::testing::ElementsAre;

TEST(NodeSlotsTest, AnEighthOnTopIsInReserve) {
  NodeSlots slots(2, 16);
  for (int i = 0; i < 16; ++i) {
    EXPECT_TRUE(slots.open().free.Contains(0));
    slots.Take(0);
  }
  EXPECT_EQ(slots.open().free, NodeSet::Of(1));
  EXPECT_EQ(slots.open().reserve, NodeSet::FirstN(2));
  slots.Take(0);
  slots.Take(0);
  EXPECT_EQ(slots.open().reserve, NodeSet::Of(1));
  EXPECT_THAT(slots.loads(), ElementsAre(18, 0));
  for (int i = 0; i < 3; ++i) slots.Give(0);
  EXPECT_EQ(slots.open().free, NodeSet::FirstN(2));
}

TEST(NodeSlotsTest, AFreeSlotIsTakenBeforeAReserveSlot) {
  NodeSlots slots(2, 8);
  for (int i = 0; i < 8; ++i) slots.Take(0);
  EXPECT_EQ(slots.Candidates(NodeSet::FirstN(2)), NodeSet::Of(1));
  EXPECT_EQ(slots.Candidates(NodeSet::Of(0)), NodeSet::Of(0));
}

TEST(NodeSlotsTest, FewSlotsHaveNoReserve) {
  NodeSlots slots(1, 2);
  slots.Take(0);
  slots.Take(0);
  EXPECT_TRUE(slots.open().reserve.empty());
}

TEST(NodeSlotsTest, ADrainedNodeHasNoSlotsUntilItIsResumed) {
  NodeSlots slots(2, 8);
  slots.Take(1);
  slots.Drain(1);
  slots.Drain(1);
  EXPECT_EQ(slots.schedulable(), NodeSet::Of(0));
  EXPECT_EQ(slots.open().free, NodeSet::Of(0));
  EXPECT_EQ(slots.open().reserve, NodeSet::Of(0));
  EXPECT_TRUE(slots.Candidates(NodeSet::Of(1)).empty());
  EXPECT_THAT(slots.loads(), ElementsAre(0, 1));
  slots.Give(1);  // what ran there ends
  EXPECT_EQ(slots.open().free, NodeSet::Of(0));
  slots.Resume(1);
  EXPECT_EQ(slots.open().free, NodeSet::FirstN(2));
}

}  // namespace
}  // namespace perfecthash
