#include "engine/runtime/runtime.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "engine/base/error_reason.h"
#include "engine/runtime/worker_id.h"
#include "tests/engine/runtime/synthetic_topology.h"
#include "tests/support/countdown.h"
#include "tests/support/thread_facts.h"

namespace perfecthash {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

std::unique_ptr<Runtime> Create(RuntimeOptions options) {
  auto runtime = Runtime::Create(std::move(options));
  EXPECT_TRUE(runtime.ok()) << runtime.status();
  return *std::move(runtime);
}

// A machine of `node_count` nodes with two cpus each, and a worker per cpu.
std::unique_ptr<Runtime> CreateWithNodes(int node_count) {
  return Create({.memory_bytes_max = 64 << 20,
                 .topology = SyntheticTopology(
                     "numa:" + std::to_string(node_count) + " core:2 pu:1")});
}

Task<> Count(std::atomic<int>& count) {
  ++count;
  co_return;
}

TEST(RuntimeTest, StopsWhatItStartedTwoHundredTimes) {
  std::atomic<int> count = 0;
  const int threads_before = ThreadCount();
  for (int round = 0; round < 200; ++round) {
    const auto runtime = Create({.memory_bytes_max = 1 << 20});
    for (const auto& node : runtime->nodes()) {
      ASSERT_TRUE(runtime->Spawn(*node, Count(count)).ok());
    }
    ASSERT_EQ(runtime->Stop(), absl::OkStatus());
    EXPECT_EQ(count, (round + 1) * static_cast<int>(runtime->nodes().size()));
  }
  // A joined thread may stay listed for a moment.
  while (ThreadCount() != threads_before) std::this_thread::yield();
}

Task<> VisitEveryNode(Runtime& runtime, int home, std::atomic<int>& visits) {
  EXPECT_EQ(CurrentWorker().node_index, home);
  for (int round = 0; round < 50; ++round) {
    for (const auto& node : runtime.nodes()) {
      co_await node->Schedule();
      const WorkerId worker = CurrentWorker();
      EXPECT_EQ(worker.node_index, node->index());
      EXPECT_GE(worker.worker_index, 0);
      EXPECT_LT(worker.worker_index, node->worker_count());
      ++visits;
    }
  }
}

TEST(RuntimeTest, ATaskResumesOnTheNodeItScheduledItselfTo) {
  for (const int node_count : {1, 2, 4, 8}) {
    std::atomic<int> visits = 0;
    const auto runtime = CreateWithNodes(node_count);
    EXPECT_EQ(runtime->worker_count(), 2 * node_count);
    for (const auto& node : runtime->nodes()) {
      ASSERT_TRUE(
          runtime->Spawn(*node, VisitEveryNode(*runtime, node->index(), visits))
              .ok());
    }
    EXPECT_EQ(runtime->Stop(), absl::OkStatus());
    EXPECT_EQ(visits, 50 * node_count * node_count);
  }
}

Task<> Take(Node& node, AsyncSemaphore& gate, std::atomic<int>& ended) {
  const auto units = co_await gate.Acquire(1, node.port());
  EXPECT_TRUE(units.ok());
  EXPECT_EQ(CurrentWorker().node_index, node.index());
  ++ended;
}

TEST(RuntimeTest, StopRefusesNewRootsAndWaitsForThoseThatRun) {
  AsyncSemaphore gate(1);
  SemaphoreUnits held = gate.TryAcquire(1);
  std::atomic<int> ended = 0;
  std::atomic<int> counted = 0;
  const auto runtime = CreateWithNodes(2);
  for (const auto& node : runtime->nodes()) {
    ASSERT_TRUE(runtime->Spawn(*node, Take(*node, gate, ended)).ok());
  }
  std::thread stopper([&runtime, &ended] {
    EXPECT_EQ(runtime->Stop(), absl::OkStatus());
    EXPECT_EQ(ended, 2);
  });
  absl::Status refusal;
  while ((refusal = runtime->Spawn(runtime->node(0), Count(counted))).ok()) {
  }
  EXPECT_EQ(refusal.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(ReasonOf(refusal), "STOPPING");
  EXPECT_EQ(ended, 0);
  EXPECT_GE(runtime->outstanding_count(), 2);
  held.Release();
  stopper.join();
  EXPECT_EQ(runtime->outstanding_count(), 0);
  const int counted_at_the_end = counted;
  EXPECT_FALSE(runtime->Spawn(runtime->node(0), Count(counted)).ok());
  EXPECT_EQ(counted, counted_at_the_end);
}

Task<> SpawnMore(Runtime& runtime, int depth, std::atomic<int>& count) {
  ++count;
  for (int i = 0; depth > 0 && i < 3; ++i) {
    Node& node = runtime.node(i % static_cast<int>(runtime.nodes().size()));
    EXPECT_TRUE(runtime.Spawn(node, SpawnMore(runtime, depth - 1, count)).ok());
  }
  co_return;
}

TEST(RuntimeTest, RootsMayStartRoots) {
  std::atomic<int> count = 0;
  const auto runtime = CreateWithNodes(2);
  ASSERT_TRUE(
      runtime->Spawn(runtime->node(0), SpawnMore(*runtime, 6, count)).ok());
  while (runtime->outstanding_count() > 0) std::this_thread::yield();
  EXPECT_EQ(count, 1 + 3 + 9 + 27 + 81 + 243 + 729);
}

Task<> UseMemory(Runtime& runtime, Node& node, std::atomic<int>& ended) {
  for (int round = 0; round < 20; ++round) {
    auto reservation = co_await runtime.budget().Reserve(600'000, node.port());
    EXPECT_TRUE(reservation.ok());
    EXPECT_EQ(CurrentWorker().node_index, node.index());
    EXPECT_LE(runtime.budget().Stats().reserved_bytes, 1'000'000u);
    auto buffer = node.pool().Take(300'000, "test");
    EXPECT_TRUE(buffer.ok());
    buffer->data()[0] = 1;
    co_await node.Schedule();
  }
  ++ended;
}

TEST(RuntimeTest, NodesShareTheBudgetAndWaitersResumeAtHome) {
  std::atomic<int> ended = 0;
  const auto runtime =
      Create({.memory_bytes_max = 1'000'000,
              .topology = SyntheticTopology("numa:2 core:2 pu:1")});
  for (int i = 0; i < 8; ++i) {
    Node& node = runtime->node(i % 2);
    ASSERT_TRUE(runtime->Spawn(node, UseMemory(*runtime, node, ended)).ok());
  }
  EXPECT_EQ(runtime->Stop(), absl::OkStatus());
  EXPECT_EQ(ended, 8);
  EXPECT_EQ(runtime->budget().Stats().reserved_bytes, 0u);
  EXPECT_EQ(runtime->budget().Stats().reserved_bytes_max, 600'000u);
}

TEST(RuntimeTest, StopNamesABufferThatIsStillOut) {
  const auto runtime = CreateWithNodes(1);
  auto buffer = runtime->node(0).pool().Take(1, "forgotten");
  ASSERT_TRUE(buffer.ok());
  const absl::Status status = runtime->Stop();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), HasSubstr("forgotten"));
  EXPECT_EQ(runtime->Stop(), status);
  buffer->Return();
}

TEST(RuntimeTest, SelectsNodesAndSpreadsThreads) {
  const auto runtime =
      Create({.node_ids = {3, 1},
              .threads_max = 3,
              .memory_bytes_max = 1 << 20,
              .topology = SyntheticTopology("numa:4 core:2 pu:1")});
  ASSERT_EQ(runtime->nodes().size(), 2u);
  EXPECT_EQ(runtime->node(0).id(), 1);
  EXPECT_EQ(runtime->node(0).worker_count(), 2);
  EXPECT_EQ(runtime->node(1).id(), 3);
  EXPECT_EQ(runtime->node(1).worker_count(), 1);
  EXPECT_EQ(runtime->FindNode(3), &runtime->node(1));
  EXPECT_EQ(runtime->FindNode(0), nullptr);
}

TEST(RuntimeTest, WhatTheSystemRefusesIsSaidOnceAndChangesNothingElse) {
  const auto runtime = CreateWithNodes(4);
  EXPECT_FALSE(runtime->threads_bound());
  EXPECT_EQ(runtime->warnings().size(), 2u);  // threads, memory
  EXPECT_THAT(runtime->warnings(), Contains(HasSubstr("HWLOC_SYNTHETIC")));
}

TEST(RuntimeTest, FailureOfAPortLeavesNothingBehind) {
  const int threads_before = ThreadCount();
  int created = 0;
  const auto runtime = Runtime::Create(
      {.port_factory = [&created](const NumaNode&,
                                  const CompletionPortOptions& options)
           -> absl::StatusOr<CreatedCompletionPort> {
         if (++created == 2) return absl::UnavailableError("no port");
         return CreateCompletionPort(options);
       },
       .memory_bytes_max = 1 << 20,
       .topology = SyntheticTopology("numa:2 pu:1")});
  EXPECT_EQ(runtime.status(), absl::UnavailableError("no port"));
  while (ThreadCount() != threads_before) std::this_thread::yield();
}

Task<> Touch(Node& node, std::size_t bytes) {
  EXPECT_TRUE(node.pool().Take(bytes, "test").ok());
  co_return;
}

void WaitUntilIdle(const Runtime& runtime) {
  while (runtime.outstanding_count() > 0) std::this_thread::yield();
}

TEST(RuntimeTest, MemoryReturnsToTheSystemWhenTheLastRootHasEnded) {
  const auto runtime = CreateWithNodes(2);
  for (const auto& node : runtime->nodes()) {
    ASSERT_TRUE(runtime->Spawn(*node, Touch(*node, 8 << 20)).ok());
  }
  WaitUntilIdle(*runtime);
  for (const auto& node : runtime->nodes()) {
    EXPECT_EQ(node->pool().payload_bytes(), 0u);
  }
}

TEST(RuntimeTest, LittleMemoryStaysForTheNextRoot) {
  const auto runtime = CreateWithNodes(1);
  Node& node = runtime->node(0);
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(runtime->Spawn(node, Touch(node, 64 << 10)).ok());
    WaitUntilIdle(*runtime);
  }
  EXPECT_EQ(node.Stats().pool.classes[0].misses, 1u);
}

TEST(RuntimeTest, OversizeMemoryThatNobodyWantsReturnsWhileOthersRun) {
  AsyncSemaphore gate(1);
  SemaphoreUnits held = gate.TryAcquire(1);
  std::atomic<int> ended = 0;
  const auto runtime = CreateWithNodes(1);
  Node& node = runtime->node(0);
  ASSERT_TRUE(runtime->Spawn(node, Take(node, gate, ended)).ok());
  ASSERT_TRUE(runtime->Spawn(node, Touch(node, 20 << 20)).ok());
  while (runtime->outstanding_count() > 1) std::this_thread::yield();
  EXPECT_EQ(node.pool().payload_bytes(), 32u << 20);
  for (int i = 0; i < 3000; ++i) {
    ASSERT_TRUE(runtime->Spawn(node, Touch(node, 1)).ok());
  }
  while (runtime->outstanding_count() > 1) std::this_thread::yield();
  EXPECT_LE(node.pool().payload_bytes(), 1u << 20);
  held.Release();
}

TEST(RuntimeTest, TrimmingReturnsIdleBuffersOfAllNodes) {
  const auto runtime = CreateWithNodes(2);
  for (const auto& node : runtime->nodes()) {
    EXPECT_TRUE(node->pool().Take(1 << 16, "test").ok());
  }
  EXPECT_EQ(runtime->TrimMemory(), 2u << 16);
}

// Overdue, again and again, until it has rung `count` times.
class Alarm : public NodeTimer {
 public:
  explicit Alarm(int count) : rung_(count), left_(count) {}

  CompletionPort::Clock::time_point next_due() const override {
    return left_ > 0 ? CompletionPort::Clock::time_point()
                     : CompletionPort::Clock::time_point::max();
  }
  void RunDue() override {
    EXPECT_TRUE(CurrentWorker().valid());
    if (left_.fetch_sub(1) > 0) rung_.Arrive();
  }
  void Wait() { rung_.Wait(); }

 private:
  Countdown rung_;
  std::atomic<int> left_;
};

TEST(RuntimeTest, WorkersRunTheTimerOfTheirNodeWhileNothingElseHappens) {
  Alarm alarm(100);
  std::atomic<int> count = 0;
  const auto runtime = CreateWithNodes(2);
  runtime->node(1).SetTimer(&alarm);
  ASSERT_TRUE(runtime->Spawn(runtime->node(1), Count(count)).ok());
  alarm.Wait();
  EXPECT_EQ(runtime->Stop(), absl::OkStatus());
}

}  // namespace
}  // namespace perfecthash
