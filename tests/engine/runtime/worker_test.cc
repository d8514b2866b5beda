#include "engine/runtime/worker.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "engine/runtime/runtime.h"
#include "engine/runtime/worker_id.h"
#include "tests/support/thread_facts.h"

namespace perfecthash {
namespace {

struct Thread {
  std::set<int> cpus;
  std::string name;
  int nice = 0;
};

Thread ThisThread() {
  return {.cpus = ThreadCpus(), .name = ThreadName(), .nice = ThreadNice()};
}

Task<> Describe(std::vector<Thread>& workers) {
  workers[static_cast<std::size_t>(CurrentWorker().worker_index)] =
      ThisThread();
  co_return;
}

// What the first node's worker says of itself (there is only one).
Thread OnlyWorker(RuntimeOptions options) {
  options.threads_per_node = 1;
  options.memory_bytes_max = 1 << 20;
  auto runtime = Runtime::Create(std::move(options));
  EXPECT_TRUE(runtime.ok()) << runtime.status();
  std::vector<Thread> workers(1);
  EXPECT_TRUE((*runtime)->Spawn((*runtime)->node(0), Describe(workers)).ok());
  EXPECT_TRUE((*runtime)->Stop().ok());
  if (!(*runtime)->threads_bound()) workers[0].cpus.clear();
  return workers[0];
}

class WorkerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto topology = Topology::Detect();
    ASSERT_TRUE(topology.ok());
    topology_ = *std::move(topology);
  }
  const NumaNode& place() const { return topology_->nodes()[0]; }

  std::shared_ptr<const Topology> topology_;
};

TEST_F(WorkerTest, IsBoundToACpuOfItsNode) {
  const Thread worker = OnlyWorker({.topology = topology_});
  if (worker.cpus.empty()) GTEST_SKIP() << "the system refuses to bind";
  EXPECT_EQ(worker.cpus, std::set<int>{place().cpus[0]});
}

TEST_F(WorkerTest, IsBoundToItsWholeNodeWhenAskedTo) {
  const Thread worker = OnlyWorker(
      {.worker = {.binding = WorkerBinding::kNode}, .topology = topology_});
  if (worker.cpus.empty()) GTEST_SKIP() << "the system refuses to bind";
  EXPECT_EQ(worker.cpus,
            std::set<int>(place().cpus.begin(), place().cpus.end()));
}

TEST_F(WorkerTest, ManyWorkersShareTheCpusOfTheirNode) {
  const int count = static_cast<int>(place().cpus.size()) + 1;
  auto runtime = Runtime::Create({.node_ids = {place().id},
                                  .threads_per_node = count,
                                  .memory_bytes_max = 1 << 20,
                                  .topology = topology_});
  ASSERT_TRUE(runtime.ok()) << runtime.status();
  if (!(*runtime)->threads_bound()) GTEST_SKIP() << "no binding here";
  std::vector<Thread> workers(static_cast<std::size_t>(count));
  ASSERT_TRUE((*runtime)->Spawn((*runtime)->node(0), Describe(workers)).ok());
  EXPECT_TRUE((*runtime)->Stop().ok());
  for (const Thread& worker : workers) {
    if (worker.name.empty()) continue;  // one of them ran the task
    EXPECT_EQ(worker.cpus,
              std::set<int>(place().cpus.begin(), place().cpus.end()));
  }
}

TEST_F(WorkerTest, IsNamedAfterItsNode) {
  EXPECT_EQ(OnlyWorker({.topology = topology_}).name,
            "node" + std::to_string(place().id) + "-worker0");
}

TEST_F(WorkerTest, RunsAtLowerPriorityUnlessToldOtherwise) {
  const int nice = ThisThread().nice;
  EXPECT_EQ(OnlyWorker({.topology = topology_}).nice, std::min(nice + 5, 19));
  EXPECT_EQ(
      OnlyWorker({.worker = {.priority_steps = 0}, .topology = topology_}).nice,
      nice);
}

}  // namespace
}  // namespace perfecthash
