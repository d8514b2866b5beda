// Tables that stall and are found, in virtual time: the whole engine on a
// simulated port that can hold operations back.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/engine_assembly.h"
#include "engine/pipeline/table_pipeline.h"
#include "tests/support/key_sets.h"
#include "tests/support/recording_observer.h"
#include "tests/support/simulated_runtime.h"

namespace perfecthash {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// A simulated port whose operations of one kind do not complete for now.
class HoldingPort : public CompletionPort {
 public:
  explicit HoldingPort(std::unique_ptr<CompletionPort> port)
      : CompletionPort(0), port_(std::move(port)) {}

  void Hold(OperationKind kind) { held_kind_ = kind; }
  void Release() {
    held_kind_.reset();
    for (Operation* operation : std::exchange(held_, {})) {
      port_->Submit(*operation);
    }
  }

  absl::Status Attach(UniqueHandle::Native handle) override {
    return port_->Attach(handle);
  }
  void Submit(Operation& operation) override {
    if (held_kind_ != operation.request.kind) return port_->Submit(operation);
    held_.push_back(&operation);
  }
  void Post(Continuation& continuation) override { port_->Post(continuation); }
  void Cancel(Operation& operation) override { port_->Cancel(operation); }
  std::size_t Wait(absl::Span<Continuation*> ready,
                   std::chrono::nanoseconds timeout) override {
    return port_->Wait(ready, timeout);
  }
  void Close() override { port_->Close(); }
  bool closed() const override { return port_->closed(); }
  Clock::time_point Now() const override { return port_->Now(); }
  CompletionPortStats Stats() const override {
    CompletionPortStats stats = port_->Stats();
    stats.in_flight_count += held_.size();
    return stats;
  }
  std::string_view name() const override { return "holding"; }

 private:
  std::unique_ptr<CompletionPort> port_;
  std::optional<OperationKind> held_kind_;
  std::vector<Operation*> held_;
};

class StallTest : public testing::Test {
 protected:
  static constexpr seconds kStallAfter{30};

  void Start(SimulationOptions options = {}) {
    simulation_.emplace(options);
    const std::vector<std::uint8_t> bytes = KeyFileBytes(RandomKeys(100, 1));
    simulation_->files().AddFile("/keys",
                                 std::string(bytes.begin(), bytes.end()));
    RuntimeOptions runtime;
    runtime.threads = RuntimeOptions::Threads::kNone;
    runtime.memory_bytes_max = 1 << 20;
    runtime.topology = MadeUpTopology(1, 1);
    runtime.port_factory = [this](const NumaNode&,
                                  const CompletionPortOptions&) {
      auto port = std::make_unique<HoldingPort>(simulation_->MakePort());
      port_ = port.get();
      return CreatedCompletionPort{std::move(port), "a simulation"};
    };
    auto created = Runtime::Create(std::move(runtime));
    ASSERT_TRUE(created.ok()) << created.status();
    runtime_ = created->get();
    engine_ = AssembleEngine(*std::move(created),
                             {.make_table = MakeTable,
                              .stall_after = kStallAfter,
                              .on_stall = [this](const StalledTable& stalled) {
                                stalls_.push_back(stalled);
                                stall_times_.push_back(simulation_->Now());
                              }});
  }

  void Submit() {
    JobSpec spec;
    spec.items.push_back({.name = "a",
                          .keys = KeyFile{"/keys"},
                          .options = std::make_shared<TableOptions>(),
                          .output_directory = "/out"});
    observer_ = std::make_shared<RecordingObserver>(1);
    ASSERT_TRUE(engine_->Submit(std::move(spec), observer_).ok());
  }

  void RunUntil(const std::function<bool()>& done) {
    while (!done()) ASSERT_TRUE(runtime_->RunOnce());
  }
  void RunFor(std::chrono::nanoseconds time) {
    const auto end = simulation_->Now() + time;
    RunUntil([&] { return simulation_->Now() >= end; });
  }
  void RunToEnd() {
    RunUntil([&] { return observer_->end().has_value(); });
    EXPECT_EQ(observer_->succeeded(), 1);
    EXPECT_EQ(engine_->Stop(), absl::OkStatus());
  }
  std::vector<std::string> Stages() const {
    std::vector<std::string> stages;
    for (const StalledTable& one : stalls_) stages.push_back(one.table.stage);
    return stages;
  }

  std::optional<Simulation> simulation_;
  HoldingPort* port_ = nullptr;
  Runtime* runtime_ = nullptr;
  std::unique_ptr<Engine> engine_;
  std::shared_ptr<RecordingObserver> observer_;
  std::vector<StalledTable> stalls_;
  std::vector<CompletionPort::Clock::time_point> stall_times_;
};

TEST_F(StallTest, AReadThatNeverCompletesIsToldOnce) {
  Start();
  port_->Hold(OperationKind::kRead);
  const auto submitted = simulation_->Now();
  Submit();
  RunFor(seconds(1'000));
  ASSERT_EQ(stalls_.size(), 1u);
  const StalledTable& stalled = stalls_[0];
  EXPECT_EQ(stalled.table.name, "a");
  EXPECT_EQ(stalled.table.index, 0);
  EXPECT_EQ(stalled.table.stage, "read");
  EXPECT_EQ(stalled.table.node_id, 0);
  EXPECT_EQ(stalled.table.lanes, 0);
  EXPECT_EQ(stalled.table.attempts, 0u);
  EXPECT_TRUE(stalled.table.stalled);
  EXPECT_EQ(stalled.table.progress_age, kStallAfter) << "found at its moment";
  EXPECT_GE(stalled.table.age, kStallAfter);
  EXPECT_EQ(stalled.operations_in_flight, 1u);
  EXPECT_EQ(stalled.completions_ready, 0u);
  EXPECT_LE(stall_times_[0] - submitted, kStallAfter + milliseconds(100));
  const std::vector<WorkItem> work = engine_->ListWork();
  ASSERT_EQ(work.size(), 1u);
  EXPECT_TRUE(work[0].stalled);
  EXPECT_GE(work[0].progress_age, seconds(900));
  port_->Release();
  RunToEnd();
  EXPECT_EQ(stalls_.size(), 1u);
}

TEST_F(StallTest, ATableThatGoesOnIsNotToldHoweverLongItTakes) {
  Start({.delay_min = seconds(8), .delay_max = seconds(9)});
  const auto submitted = simulation_->Now();
  Submit();
  RunToEnd();
  EXPECT_GT(simulation_->Now() - submitted, 2 * kStallAfter);
  EXPECT_THAT(Stages(), IsEmpty());
}

TEST_F(StallTest, ATableThatRecoversAndStallsAgainIsToldAgain) {
  Start();
  port_->Hold(OperationKind::kRead);
  Submit();
  RunFor(seconds(100));
  EXPECT_THAT(Stages(), ElementsAre("read"));
  port_->Release();
  port_->Hold(OperationKind::kStoreFile);
  RunFor(seconds(100));
  EXPECT_THAT(Stages(), ElementsAre("read", "write"));
  EXPECT_EQ(stalls_[1].table.progress_age, kStallAfter);
  EXPECT_GT(stalls_[1].table.attempts, 0u);
  port_->Release();
  RunToEnd();
  EXPECT_EQ(stalls_.size(), 2u);
}

TEST_F(StallTest, WhatTheEngineListsIsNoStallBeforeItsTime) {
  Start();
  port_->Hold(OperationKind::kRead);
  Submit();
  RunUntil([&] { return port_->Stats().in_flight_count > 0; });
  const std::vector<WorkItem> work = engine_->ListWork();
  ASSERT_EQ(work.size(), 1u);
  EXPECT_FALSE(work[0].stalled);
  EXPECT_LT(work[0].progress_age, kStallAfter);
  port_->Release();
  RunToEnd();
}

}  // namespace
}  // namespace perfecthash
