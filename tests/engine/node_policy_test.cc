// Which nodes make the tables, by a real engine on made-up machines of one to
// eight nodes, and of nodes with different numbers of cpus.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/error_reason.h"
#include "engine/engine.h"
#include "engine/job/node_selector.h"
#include "tests/support/key_sets.h"
#include "tests/support/made_up_machine.h"
#include "tests/support/recording_observer.h"

namespace perfecthash {
namespace {

using Mode = NodePolicy::Mode;
using Machine = std::vector<int>;  // cpus per node
using ::testing::Each;

class NodePolicyTest : public testing::TestWithParam<Machine> {
 protected:
  NodePolicyTest() {
    const MadeUpMachine machine(GetParam());
    auto engine = Engine::Start({});
    EXPECT_TRUE(engine.ok()) << engine.status();
    engine_ = *std::move(engine);
  }
  ~NodePolicyTest() override { EXPECT_EQ(engine_->Stop(), absl::OkStatus()); }

  static int NodeCount() { return static_cast<int>(GetParam().size()); }

  // Small tables in memory, each of other keys.
  static JobSpec Small(int count, NodePolicy policy) {
    TableOptions options;
    options.file_io = FileIo::kNone;
    return Tables(count, 20, options, std::move(policy));
  }
  // Tables that are never done.
  static JobSpec Endless(int count, NodePolicy policy) {
    TableOptions options;
    options.file_io = FileIo::kNone;
    options.best_graph = {.predicate = {}, .solutions_max = 0};
    return Tables(count, 2'000, options, std::move(policy));
  }
  static JobSpec Tables(int count, std::size_t key_count,
                        const TableOptions& options, NodePolicy policy) {
    JobSpec spec;
    const auto shared = std::make_shared<const TableOptions>(options);
    for (int i = 0; i < count; ++i) {
      spec.items.push_back(
          {.name = "table",
           .keys = KeyBytes{std::make_shared<const std::vector<std::uint8_t>>(
               KeyFileBytes(
                   RandomKeys(key_count, static_cast<std::uint64_t>(i + 1))))},
           .options = shared,
           .output_directory = ""});
    }
    spec.nodes = std::move(policy);
    return spec;
  }

  std::pair<JobId, std::shared_ptr<RecordingObserver>> Begin(JobSpec spec) {
    auto observer = std::make_shared<RecordingObserver>(
        static_cast<int>(spec.items.size()));
    const auto id = engine_->Submit(std::move(spec), observer);
    EXPECT_TRUE(id.ok()) << id.status();
    return {id.value_or(0), observer};
  }

  // The node of each table.
  std::vector<int> Run(JobSpec spec) {
    const auto observer = Begin(std::move(spec)).second;
    observer->WaitForEnd();
    EXPECT_EQ(observer->failed() + observer->cancelled(), 0);
    return observer->node_ids();
  }
  static std::map<int, int> Count(const std::vector<int>& nodes) {
    std::map<int, int> counts;
    for (const int node : nodes) ++counts[node];
    return counts;
  }

  std::unique_ptr<Engine> engine_;
};

INSTANTIATE_TEST_SUITE_P(Machines, NodePolicyTest,
                         testing::Values(Machine{2}, Machine{1, 1},
                                         Machine{1, 1, 1, 1},
                                         Machine{1, 1, 1, 1, 1, 1, 1, 1},
                                         Machine{1, 3, 4}),
                         [](const auto& machine) {
                           std::string name = "Cpus";
                           for (const int cpus : machine.param) {
                             name += "_" + std::to_string(cpus);
                           }
                           return name;
                         });

TEST_P(NodePolicyTest, EveryNodeHasAThreadPerCpu) {
  const std::vector<NodeDescription> nodes = engine_->ListNodes();
  ASSERT_EQ(nodes.size(), GetParam().size());
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    EXPECT_EQ(nodes[i].node_id, static_cast<int>(i));
    EXPECT_EQ(nodes[i].threads, GetParam()[i]);
    EXPECT_FALSE(nodes[i].threads_bound);
    EXPECT_TRUE(nodes[i].schedulable);
  }
}

TEST_P(NodePolicyTest, RoundRobinGivesEachNodeAsManyTables) {
  const auto counts = Count(Run(Small(12 * NodeCount(), {})));
  EXPECT_EQ(static_cast<int>(counts.size()), NodeCount());
  for (const auto& [node, count] : counts) EXPECT_EQ(count, 12) << node;
}

TEST_P(NodePolicyTest, ASubsetIsKeptToByEveryPolicy) {
  const std::vector<int> subset = {NodeCount() - 1, 0};
  const std::set<int> allowed(subset.begin(), subset.end());
  for (const Mode mode :
       {Mode::kRoundRobin, Mode::kAffinity, Mode::kLeastLoaded}) {
    const std::vector<int> node_ids(allowed.rbegin(), allowed.rend());
    const auto counts =
        Count(Run(Small(40, {.mode = mode, .node_ids = node_ids})));
    for (const auto& [node, count] : counts) EXPECT_EQ(allowed.count(node), 1u);
    EXPECT_EQ(counts.size(), allowed.size());
  }
  EXPECT_THAT(Run(Small(40, {.mode = Mode::kFixed, .node_ids = {subset[0]}})),
              Each(subset[0]));
}

TEST_P(NodePolicyTest, FixedIsTheFirstOfItsNodes) {
  EXPECT_THAT(Run(Small(40, {.mode = Mode::kFixed})), Each(0));
  if (NodeCount() == 1) return;
  EXPECT_THAT(
      Run(Small(40, {.mode = Mode::kFixed, .node_ids = {NodeCount() - 1, 0}})),
      Each(NodeCount() - 1));
}

TEST_P(NodePolicyTest, AffinityIsTheSameAgainAndWhatTheCoreSays) {
  const NodePolicy policy{.mode = Mode::kAffinity};
  const JobSpec spec = Small(80 * NodeCount(), policy);
  const std::vector<int> nodes = Run(spec);
  EXPECT_EQ(Run(spec), nodes);
  std::vector<int> ids;
  for (int id = 0; id < NodeCount(); ++id) ids.push_back(id);
  const NodeSelector selector(ids, Mode::kRoundRobin);
  const auto assigned = selector.Assign(policy, spec.items);
  ASSERT_TRUE(assigned.ok());
  for (const auto& assignment : *assigned) {
    EXPECT_NEAR(static_cast<double>(assignment.items.size()), 80, 40);
    for (const int item : assignment.items) {
      EXPECT_EQ(nodes[static_cast<std::size_t>(item)],
                assignment.nodes.First());
    }
  }
}

TEST_P(NodePolicyTest, LeastLoadedPassesOverABusyNode) {
  if (NodeCount() == 1) GTEST_SKIP() << "there is no other node";
  const auto busy = Begin(Endless(40, {.mode = Mode::kFixed}));
  EXPECT_EQ(engine_->GetStats().nodes[0].items_running, 40);
  const auto nodes = Run(Small(30, {.mode = Mode::kLeastLoaded}));
  EXPECT_THAT(nodes, Each(testing::Ne(0)));
  EXPECT_TRUE(engine_->Cancel(busy.first));
  busy.second->WaitForEnd();
}

TEST_P(NodePolicyTest, ADrainedNodeGetsNothingUntilItIsResumed) {
  const int drained = NodeCount() - 1;
  const auto running =
      Begin(Endless(3, {.mode = Mode::kFixed, .node_ids = {drained}}));
  EXPECT_EQ(engine_->DrainNode(drained), absl::OkStatus());
  const auto find = [&] {
    return engine_->ListNodes()[static_cast<std::size_t>(drained)];
  };
  EXPECT_FALSE(find().schedulable);
  EXPECT_EQ(find().items_running, 3);
  const auto waiting =
      Begin(Small(5, {.mode = Mode::kFixed, .node_ids = {drained}}));
  if (NodeCount() > 1) {
    EXPECT_THAT(Run(Small(40, {})), Each(testing::Ne(drained)));
  }
  EXPECT_TRUE(engine_->Cancel(running.first));
  running.second->WaitForEnd();
  EXPECT_TRUE(waiting.second->start_order().empty());
  EXPECT_EQ(engine_->ResumeNode(drained), absl::OkStatus());
  EXPECT_TRUE(find().schedulable);
  waiting.second->WaitForEnd();
  EXPECT_THAT(waiting.second->node_ids(), Each(drained));
  EXPECT_EQ(ReasonOf(engine_->DrainNode(99)), "NODE_UNKNOWN");
}

TEST_P(NodePolicyTest, ARunningJobIsChanged) {
  JobSpec spec = Endless(20, {});
  spec.limits = {.tables_max = 2, .threads_max = 1};
  const auto [id, observer] = Begin(std::move(spec));
  EXPECT_EQ(observer->start_order().size(), 2u);
  EXPECT_EQ(engine_->UpdateJob(id, {.tables_max = 7,
                                    .threads_max = 2,
                                    .memory_bytes_max = std::uint64_t{1} << 40,
                                    .priority = 1,
                                    .fairness_weight = 3.0}),
            absl::OkStatus());
  EXPECT_EQ(observer->start_order().size(), 7u);
  EXPECT_EQ(ReasonOf(engine_->UpdateJob(id, {.priority = 9})), "INVALID_FIELD");
  EXPECT_TRUE(engine_->Cancel(id));
  observer->WaitForEnd();
}

}  // namespace
}  // namespace perfecthash
