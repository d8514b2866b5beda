#include "engine/runtime/runtime_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/engine/runtime/synthetic_topology.h"

namespace perfecthash {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class RuntimePlanTest : public ::testing::Test {
 protected:
  RuntimePlanTest() {
    options_.topology = SyntheticTopology("numa:4 core:2 pu:1");
    options_.memory_bytes_max = 1 << 20;
  }

  std::vector<int> Workers() {
    const auto plan = PlanRuntime(options_);
    EXPECT_TRUE(plan.ok()) << plan.status();
    std::vector<int> counts;
    for (const auto& node : plan->nodes) counts.push_back(node.worker_count);
    return counts;
  }

  absl::Status Failure() { return PlanRuntime(options_).status(); }

  RuntimeOptions options_;
};

TEST_F(RuntimePlanTest, EveryNodeGetsAWorkerPerCpuUnlessToldOtherwise) {
  EXPECT_THAT(Workers(), ElementsAre(2, 2, 2, 2));
  options_.threads_per_node = 3;
  EXPECT_THAT(Workers(), ElementsAre(3, 3, 3, 3));
}

TEST_F(RuntimePlanTest, ThreadsAreDealtOutInTurn) {
  options_.threads_max = 6;
  EXPECT_THAT(Workers(), ElementsAre(2, 2, 1, 1));
  options_.threads_max = 100;
  EXPECT_THAT(Workers(), ElementsAre(2, 2, 2, 2));
}

TEST_F(RuntimePlanTest, FewerThreadsThanNodesAreRefused) {
  options_.threads_max = 3;
  EXPECT_EQ(Failure().code(), absl::StatusCode::kInvalidArgument);
  options_.node_ids = {1, 2, 3};
  EXPECT_THAT(Workers(), ElementsAre(1, 1, 1));
}

TEST_F(RuntimePlanTest, SelectedNodesComeInTheOrderOfTheirIds) {
  options_.node_ids = {3, 1};
  const auto plan = PlanRuntime(options_);
  ASSERT_TRUE(plan.ok());
  ASSERT_EQ(plan->nodes.size(), 2u);
  EXPECT_EQ(plan->nodes[0].place->id, 1);
  EXPECT_EQ(plan->nodes[1].place->id, 3);
}

TEST_F(RuntimePlanTest, UnknownNodeIsNamedWithThoseThereAre) {
  options_.node_ids = {0, 7};
  EXPECT_EQ(Failure().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(Failure().message()), HasSubstr("7"));
  EXPECT_THAT(std::string(Failure().message()), HasSubstr("0, 1, 2, 3"));
  options_.node_ids = {2, 2};
  EXPECT_EQ(Failure().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(RuntimePlanTest, NegativeNumbersAreRefused) {
  options_.threads_per_node = -1;
  EXPECT_EQ(Failure().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(RuntimePlanTest, PoolsShareTheBudget) {
  const auto plan = PlanRuntime(options_);
  ASSERT_TRUE(plan.ok());
  EXPECT_EQ(plan->budget_bytes, 1u << 20);
  for (const auto& node : plan->nodes) {
    EXPECT_EQ(node.pool_bytes_max, 1u << 18);
  }
  options_.memory_bytes_max = 0;
  EXPECT_GT(PlanRuntime(options_)->budget_bytes, 16u << 20);
}

TEST_F(RuntimePlanTest, WithoutThreadsThereAreNoWorkers) {
  options_.threads = RuntimeOptions::Threads::kNone;
  EXPECT_THAT(Workers(), ElementsAre(0, 0, 0, 0));
}

}  // namespace
}  // namespace perfecthash
