#include "engine/numa/topology.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <thread>

#include "tests/support/environment.h"
#include "tests/support/made_up_machine.h"
#include "tests/support/thread_facts.h"

namespace perfecthash {
namespace {

using ::testing::ElementsAre;

// hwloc reads HWLOC_SYNTHETIC when a topology is detected.
std::unique_ptr<Topology> Synthetic(const std::string& description) {
  const ScopedEnvironment synthetic("HWLOC_SYNTHETIC", description);
  auto topology = Topology::Detect();
  EXPECT_TRUE(topology.ok()) << topology.status();
  return *std::move(topology);
}

TEST(TopologyTest, FindsEveryNodeOfAMadeUpMachine) {
  for (const int node_count : {1, 2, 4, 8}) {
    const auto topology =
        Synthetic("numa:" + std::to_string(node_count) + " core:2 pu:1");
    ASSERT_EQ(topology->nodes().size(), static_cast<std::size_t>(node_count));
    EXPECT_TRUE(topology->synthetic());
    std::set<int> cpus;
    for (int id = 0; id < node_count; ++id) {
      const NumaNode* node = topology->FindNode(id);
      ASSERT_NE(node, nullptr);
      EXPECT_EQ(node->id, id);
      EXPECT_EQ(node->cpus.size(), 2u);
      cpus.insert(node->cpus.begin(), node->cpus.end());
    }
    EXPECT_EQ(cpus.size(), static_cast<std::size_t>(node_count) * 2);
  }
}

TEST(TopologyTest, NodesMayHaveDifferentNumbersOfCpus) {
  const MadeUpMachine machine({1, 3, 4});
  const auto topology = Topology::Detect();
  ASSERT_TRUE(topology.ok()) << topology.status();
  EXPECT_TRUE((*topology)->synthetic());
  const std::vector<NumaNode>& nodes = (*topology)->nodes();
  ASSERT_EQ(nodes.size(), 3u);
  EXPECT_THAT(nodes[0].cpus, ElementsAre(0));
  EXPECT_THAT(nodes[1].cpus, ElementsAre(4, 5, 6));
  EXPECT_THAT(nodes[2].cpus, ElementsAre(8, 9, 10, 11));
}

TEST(TopologyTest, MachineWithoutNumaIsOneNode) {
  const auto topology = Synthetic("core:3 pu:1");
  ASSERT_EQ(topology->nodes().size(), 1u);
  EXPECT_THAT(topology->nodes()[0].cpus, ElementsAre(0, 1, 2));
}

TEST(TopologyTest, ReportsTheMemoryOfEachNode) {
  const auto topology = Synthetic("numa:2(memory=3GiB) pu:1");
  for (const NumaNode& node : topology->nodes()) {
    EXPECT_EQ(node.memory_bytes, std::uint64_t{3} << 30);
  }
}

TEST(TopologyTest, HardwareThreadsOfACoreComeAfterTheOtherCores) {
  const auto topology = Synthetic("numa:1 core:3 pu:2");
  EXPECT_THAT(topology->nodes()[0].cpus, ElementsAre(0, 2, 4, 1, 3, 5));
}

TEST(TopologyTest, NodesWithOnlyMemoryAreSkipped) {
  // A big memory beside the machine and one node in each of two packages.
  const auto topology = Synthetic("[numa] pack:2 [numa] core:2 pu:1");
  ASSERT_EQ(topology->nodes().size(), 2u);
  EXPECT_EQ(topology->nodes()[0].cpus.size(), 2u);
  EXPECT_EQ(topology->nodes()[1].cpus.size(), 2u);
}

TEST(TopologyTest, TwoKindsOfMemoryAtTheSameCpusAreOneNode) {
  const auto topology = Synthetic("pack:2 [numa] [numa] core:2 pu:1");
  std::set<int> cpus;
  for (const NumaNode& node : topology->nodes()) {
    cpus.insert(node.cpus.begin(), node.cpus.end());
  }
  EXPECT_EQ(topology->nodes().size(), 2u);
  EXPECT_EQ(cpus.size(), 4u);
}

TEST(TopologyTest, NodeNumbersMayBeAnyOrder) {
  const auto topology = Synthetic("numa:4(indexes=3,2,1,0) pu:1");
  ASSERT_EQ(topology->nodes().size(), 4u);
  for (int id = 0; id < 4; ++id) {
    EXPECT_EQ(topology->nodes()[static_cast<std::size_t>(id)].id, id);
  }
  EXPECT_EQ(topology->FindNode(4), nullptr);
}

TEST(TopologyTest, WrongDescriptionFallsBackToTheMachine) {
  const auto topology = Synthetic("this is no topology");
  EXPECT_FALSE(topology->nodes().empty());
}

TEST(TopologyTest, BindingToAMadeUpMachineSaysSo) {
  const auto topology = Synthetic("numa:2 pu:1");
  const absl::Status status = topology->BindThreadToCpu(0);
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()),
              ::testing::HasSubstr("HWLOC_SYNTHETIC"));
  EXPECT_FALSE(topology->BindThreadToNode(topology->nodes()[1]).ok());
}

TEST(TopologyTest, ListsExactlyTheCpusThisProcessMayUse) {
  const auto topology = Topology::Detect();
  ASSERT_TRUE(topology.ok()) << topology.status();
  std::set<int> cpus;
  for (const NumaNode& node : (*topology)->nodes()) {
    EXPECT_FALSE(node.cpus.empty());
    for (const int cpu : node.cpus) EXPECT_TRUE(cpus.insert(cpu).second);
  }
  EXPECT_EQ(cpus, ThreadCpus());
}

TEST(TopologyTest, BindsAThreadToEachCpuAndToANode) {
  const auto topology = Topology::Detect();
  ASSERT_TRUE(topology.ok());
  std::thread([&topology] {
    for (const NumaNode& node : (*topology)->nodes()) {
      for (const int cpu : node.cpus) {
        if (!(*topology)->BindThreadToCpu(cpu).ok()) GTEST_SKIP();
        EXPECT_EQ(ThreadCpus(), std::set<int>{cpu});
      }
      ASSERT_TRUE((*topology)->BindThreadToNode(node).ok());
      EXPECT_EQ(ThreadCpus(),
                std::set<int>(node.cpus.begin(), node.cpus.end()));
    }
  }).join();
}

TEST(TopologyTest, BindingToACpuThatDoesNotExistIsAnError) {
  const auto topology = Topology::Detect();
  ASSERT_TRUE(topology.ok());
  EXPECT_FALSE((*topology)->BindThreadToCpu(1023).ok());
}

}  // namespace
}  // namespace perfecthash
