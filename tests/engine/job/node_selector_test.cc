#include "engine/job/node_selector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/base/error_reason.h"

namespace perfecthash {
namespace {

using Mode = NodePolicy::Mode;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<TableRequest> Files(int count) {
  std::vector<TableRequest> items;
  for (int i = 0; i < count; ++i) {
    TableRequest item;
    item.keys = KeyFile{"/keys/" + std::to_string(i) + ".keys"};
    items.push_back(item);
  }
  return items;
}

class NodeSelectorTest : public testing::Test {
 protected:
  // Node ids have gaps, as the system's may.
  NodeSelector selector_{{0, 2, 5}, Mode::kRoundRobin};
  const std::vector<int> idle_{0, 0, 0};
};

TEST_F(NodeSelectorTest, RoundRobinTakesTheNextNodeInTurn) {
  std::vector<int> chosen;
  for (int i = 0; i < 5; ++i) {
    chosen.push_back(
        selector_.Choose(Mode::kServerDefault, NodeSet::FirstN(3), idle_));
  }
  EXPECT_THAT(chosen, ElementsAre(0, 1, 2, 0, 1));
}

TEST_F(NodeSelectorTest, RoundRobinSkipsNodesThatAreNoCandidates) {
  EXPECT_EQ(selector_.Choose(Mode::kRoundRobin, NodeSet::Of(2), idle_), 2);
  EXPECT_EQ(selector_.Choose(Mode::kRoundRobin, NodeSet::Of(2), idle_), 2);
  EXPECT_EQ(selector_.Choose(Mode::kRoundRobin, NodeSet::FirstN(3), idle_), 0);
}

TEST_F(NodeSelectorTest, LeastLoadedTakesTheNodeWithTheFewestTables) {
  const NodeSet all = NodeSet::FirstN(3);
  EXPECT_EQ(selector_.Choose(Mode::kLeastLoaded, all, {3, 1, 2}), 1);
  EXPECT_EQ(selector_.Choose(Mode::kLeastLoaded, all, {3, 4, 2}), 2);
  EXPECT_EQ(selector_.Choose(Mode::kLeastLoaded, NodeSet::FirstN(2), {3, 4, 0}),
            0);
}

TEST_F(NodeSelectorTest, EqualLoadsTakeTurns) {
  std::vector<int> chosen;
  for (int i = 0; i < 4; ++i) {
    chosen.push_back(
        selector_.Choose(Mode::kLeastLoaded, NodeSet::FirstN(3), idle_));
  }
  EXPECT_THAT(chosen, ElementsAre(0, 1, 2, 0));
}

TEST_F(NodeSelectorTest, AllItemsMayRunOnAllNodesByDefault) {
  const auto assigned = selector_.Assign({}, Files(3));
  ASSERT_TRUE(assigned.ok());
  ASSERT_EQ(assigned->size(), 1u);
  EXPECT_EQ((*assigned)[0].nodes, NodeSet::FirstN(3));
  EXPECT_THAT((*assigned)[0].items, ElementsAre(0, 1, 2));
}

TEST_F(NodeSelectorTest, ASubsetKeepsToItsNodes) {
  const auto assigned = selector_.Assign(
      {.mode = Mode::kLeastLoaded, .node_ids = {5, 0}}, Files(1));
  ASSERT_TRUE(assigned.ok());
  EXPECT_EQ((*assigned)[0].nodes, NodeSet::Of(0) | NodeSet::Of(2));
}

TEST_F(NodeSelectorTest, FixedIsTheFirstNamedNode) {
  const auto named =
      selector_.Assign({.mode = Mode::kFixed, .node_ids = {5, 0}}, Files(1));
  ASSERT_TRUE(named.ok());
  EXPECT_EQ((*named)[0].nodes, NodeSet::Of(2));
  const auto first = selector_.Assign({.mode = Mode::kFixed}, Files(1));
  ASSERT_TRUE(first.ok());
  EXPECT_EQ((*first)[0].nodes, NodeSet::Of(0));
}

TEST_F(NodeSelectorTest, AnUnknownNodeIsNamed) {
  const auto assigned = selector_.Assign({.node_ids = {0, 1}}, Files(1));
  EXPECT_EQ(assigned.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ReasonOf(assigned.status()), "NODE_UNKNOWN");
  EXPECT_THAT(std::string(assigned.status().message()), HasSubstr("1 is not"));
  EXPECT_EQ(ReasonOf(selector_.PositionOf(1).status()), "NODE_UNKNOWN");
  EXPECT_EQ(*selector_.PositionOf(5), 2);
}

TEST_F(NodeSelectorTest, AffinitySendsTheSameKeysToTheSameNode) {
  const NodePolicy policy{.mode = Mode::kAffinity};
  const std::vector<TableRequest> items = Files(3'000);
  const auto assigned = selector_.Assign(policy, items);
  ASSERT_TRUE(assigned.ok());
  ASSERT_EQ(assigned->size(), 3u);
  for (const auto& assignment : *assigned) {
    EXPECT_EQ(assignment.nodes.size(), 1);
    EXPECT_NEAR(static_cast<double>(assignment.items.size()), 1'000, 100);
    for (int index : {assignment.items.front(), assignment.items.back()}) {
      const auto again = selector_.Assign(
          policy, {&items[static_cast<std::size_t>(index)], 1});
      for (const auto& alone : *again) {
        EXPECT_EQ(!alone.items.empty(), alone.nodes == assignment.nodes);
      }
    }
  }
}

TEST_F(NodeSelectorTest, AffinityGoesByTheBytesOfInlineKeys) {
  const auto bytes = [](std::vector<std::uint8_t> values) {
    return KeyBytes{
        std::make_shared<const std::vector<std::uint8_t>>(std::move(values))};
  };
  EXPECT_EQ(DigestOf(bytes({1, 2, 3, 4})), DigestOf(bytes({1, 2, 3, 4})));
  EXPECT_NE(DigestOf(bytes({1, 2, 3, 4})), DigestOf(bytes({1, 2, 3, 5})));
  EXPECT_NE(DigestOf(bytes({1, 0})), DigestOf(bytes({1})));
}

}  // namespace
}  // namespace perfecthash
