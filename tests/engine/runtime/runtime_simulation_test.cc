#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/base/status_macros.h"
#include "engine/io/file.h"
#include "engine/runtime/runtime.h"
#include "engine/runtime/worker_id.h"
#include "tests/engine/runtime/synthetic_topology.h"
#include "tests/support/simulated_completion_port.h"

namespace perfecthash {
namespace {

using ::testing::HasSubstr;

// The same runtime, on simulated ports and without a thread.
class World {
 public:
  World(const SimulationOptions& options,
        std::shared_ptr<const Topology> topology)
      : simulation_(options) {
    simulation_.files().AddFile("/in", std::string(20'000, 'x'));
    auto runtime = Runtime::Create(
        {.threads = RuntimeOptions::Threads::kNone,
         .port_factory =
             [this](const NumaNode&, const CompletionPortOptions&) {
               return absl::StatusOr<CreatedCompletionPort>(
                   {simulation_.MakePort(), "it is a test"});
             },
         .memory_bytes_max = 100'000,
         .topology = std::move(topology)});
    EXPECT_TRUE(runtime.ok()) << runtime.status();
    runtime_ = *std::move(runtime);
  }

  Simulation& simulation() { return simulation_; }
  Runtime& runtime() { return *runtime_; }

 private:
  Simulation simulation_;
  std::unique_ptr<Runtime> runtime_;
};

struct Log {
  std::vector<std::string> lines;
  int succeeded = 0;
  int failed = 0;
};

Task<absl::Status> ReadFile(Runtime& runtime, Node& node) {
  CO_ASSIGN_OR_RETURN(const Reservation reservation,
                      co_await runtime.budget().Reserve(40'000, node.port()));
  CO_ASSIGN_OR_RETURN(Buffer buffer, node.pool().Take(20'000, "file"));
  CO_ASSIGN_OR_RETURN(File file,
                      co_await File::OpenForRead(node.port(), "/in"));
  const auto count = co_await file.ReadAt(0, buffer.span());
  const absl::Status closed = co_await file.Close();
  CO_RETURN_IF_ERROR(count.status());
  CO_RETURN_IF_ERROR(closed);
  EXPECT_EQ(*count, 20'000u);
  co_return absl::OkStatus();
}

Task<> Read(Runtime& runtime, Node& node, int number, Log& log) {
  for (int slice = 0; slice < 3; ++slice) co_await node.Schedule();
  const absl::Status status = co_await ReadFile(runtime, node);
  EXPECT_EQ(CurrentWorker(), (WorkerId{node.index(), 0}));
  ++(status.ok() ? log.succeeded : log.failed);
  log.lines.push_back(absl::StrCat(number,
                                   status.ok() ? " read at " : " failed at ",
                                   node.Now().time_since_epoch().count()));
}

Log RunReaders(std::uint64_t seed,
               const std::shared_ptr<const Topology>& topology) {
  constexpr int kTasks = 12;
  Log log;
  World world(
      {.seed = seed, .faults = {.short_transfer = 0.3, .io_error = 0.05}},
      topology);
  const auto started = world.simulation().Now();
  for (int i = 0; i < kTasks; ++i) {
    Node& node = world.runtime().node(
        i % static_cast<int>(world.runtime().nodes().size()));
    EXPECT_TRUE(
        world.runtime().Spawn(node, Read(world.runtime(), node, i, log)).ok());
  }
  EXPECT_EQ(world.runtime().Stop(), absl::OkStatus());
  EXPECT_EQ(log.succeeded + log.failed, kTasks);
  EXPECT_GT(world.simulation().Now(), started);
  const MemoryBudgetStats budget = world.runtime().budget().Stats();
  EXPECT_EQ(budget.reserved_bytes, 0u);
  EXPECT_EQ(budget.reserved_bytes_max, 80'000u);
  EXPECT_GT(budget.waits, 0u);
  return log;
}

TEST(RuntimeSimulationTest, EveryRootEndsOnceUnderFaultsAndNothingIsLeft) {
  const auto topology = SyntheticTopology("numa:3 core:2 pu:1");
  int failed = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    failed += RunReaders(seed, topology).failed;
    if (::testing::Test::HasFailure()) FAIL() << "seed " << seed;
  }
  EXPECT_GT(failed, 0);
}

TEST(RuntimeSimulationTest, TheSameSeedGivesTheSameRun) {
  const auto topology = SyntheticTopology("numa:2 core:2 pu:1");
  EXPECT_EQ(RunReaders(7, topology).lines, RunReaders(7, topology).lines);
  EXPECT_NE(RunReaders(7, topology).lines, RunReaders(8, topology).lines);
}

Task<> Take(Node& node, AsyncSemaphore& gate, bool& ended) {
  const auto units = co_await gate.Acquire(1, node.port());
  EXPECT_TRUE(units.ok());
  ended = true;
}

TEST(RuntimeSimulationTest, StopSaysWhenATaskWaitsForWhatNeverHappens) {
  AsyncSemaphore gate(1);
  SemaphoreUnits held = gate.TryAcquire(1);
  bool ended = false;
  World world({}, SyntheticTopology("numa:2 pu:1"));
  Runtime& runtime = world.runtime();
  ASSERT_TRUE(
      runtime.Spawn(runtime.node(1), Take(runtime.node(1), gate, ended)).ok());
  while (runtime.RunOnce()) {
  }
  EXPECT_FALSE(ended);
  EXPECT_THAT(std::string(runtime.Stop().message()),
              HasSubstr("1 tasks have not ended"));
  held.Release();
  while (runtime.RunOnce()) {
  }
  EXPECT_TRUE(ended);
  EXPECT_EQ(runtime.outstanding_count(), 0);
}

// Goes off each 10 ms, as often as it is told.
class Alarm : public NodeTimer {
 public:
  Alarm(Node& node, int count) : node_(node), left_(count) {
    due_ = node.Now() + kInterval;
  }

  CompletionPort::Clock::time_point next_due() const override { return due_; }
  void RunDue() override {
    EXPECT_GE(node_.Now(), due_);
    EXPECT_LT(node_.Now() - due_, std::chrono::milliseconds(1));
    EXPECT_EQ(CurrentWorker().node_index, node_.index());
    ++rung_;
    due_ = --left_ > 0 ? due_ + kInterval
                       : CompletionPort::Clock::time_point::max();
  }
  int rung() const { return rung_; }

 private:
  static constexpr std::chrono::milliseconds kInterval{10};

  Node& node_;
  int left_;
  int rung_ = 0;
  CompletionPort::Clock::time_point due_;
};

TEST(RuntimeSimulationTest, TimersAreDueInVirtualTime) {
  World world({.delay_min = std::chrono::milliseconds(3),
               .delay_max = std::chrono::milliseconds(50)},
              SyntheticTopology("numa:2 pu:1"));
  Runtime& runtime = world.runtime();
  Alarm alarm(runtime.node(0), 20);
  runtime.node(0).SetTimer(&alarm);
  Log log;
  for (int i = 0; i < 4; ++i) {
    Node& node = runtime.node(i % 2);
    EXPECT_TRUE(runtime.Spawn(node, Read(runtime, node, i, log)).ok());
  }
  while (runtime.RunOnce()) {
  }
  EXPECT_EQ(alarm.rung(), 20);
  EXPECT_EQ(log.succeeded, 4);
}

}  // namespace
}  // namespace perfecthash
