// The scheduler with real threads: jobs are submitted, cancelled and looked at
// from several threads while workers of several nodes run their tables.

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "engine/job/scheduler.h"
#include "tests/support/recording_observer.h"
#include "tests/support/simulated_runtime.h"

namespace perfecthash {
namespace {

constexpr int kNodes = 3;
constexpr int kWorkersPerNode = 2;
constexpr int kSubmitters = 3;
constexpr int kJobsPerSubmitter = 60;

// Gives way a few times; every seventh one fails.
Task<absl::StatusOr<TableResult>> Make(TableContext& context) {
  const int number = std::stoi(context.request.name);
  for (int step = 0; step < number % 5; ++step) {
    co_await context.node.Schedule();
    if (context.cancel.cancelled()) co_return absl::CancelledError("");
  }
  if (number % 7 == 0) co_return absl::NotFoundError("as asked");
  co_return TableResult{};
}

JobSpec RandomSpec(std::mt19937& random) {
  JobSpec spec;
  const auto options = std::make_shared<const TableOptions>();
  const std::size_t count = 1 + random() % 100;
  for (std::size_t i = 0; i < count; ++i) {
    spec.items.push_back({.name = std::to_string(i),
                          .keys = KeyFile{std::to_string(random())},
                          .options = options,
                          .output_directory = ""});
  }
  spec.limits.tables_max = static_cast<int>(random() % 8);
  spec.nodes.mode = static_cast<NodePolicy::Mode>(random() % 5);
  spec.scheduling.priority = 1 + static_cast<int>(random() % 5);
  spec.scheduling.fairness_key = std::to_string(random() % 3);
  if (random() % 4 == 0) {
    spec.scheduling.failure_policy = FailurePolicy::kStopOnFirst;
  }
  if (random() % 8 == 0) {
    spec.scheduling.queue_timeout = std::chrono::microseconds(random() % 3'000);
  }
  if (random() % 8 == 0) {
    spec.scheduling.execution_timeout =
        std::chrono::microseconds(random() % 3'000);
  }
  return spec;
}

void SubmitAndCancel(Scheduler& scheduler, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<std::shared_ptr<RecordingObserver>> observers;
  std::vector<JobId> ids;
  for (int job = 0; job < kJobsPerSubmitter; ++job) {
    JobSpec spec = RandomSpec(random);
    observers.push_back(std::make_shared<RecordingObserver>(
        static_cast<int>(spec.items.size())));
    const auto id = scheduler.Submit(std::move(spec), observers.back());
    ASSERT_TRUE(id.ok()) << id.status();
    ids.push_back(*id);
    if (random() % 4 == 0) scheduler.Cancel(ids[random() % ids.size()]);
  }
  for (const auto& observer : observers) observer->WaitForEnd();
}

TEST(SchedulerStressTest, ManyThreadsKeepEveryPromise) {
  auto runtime =
      Runtime::Create({.memory_bytes_max = 1 << 20,
                       .topology = MadeUpTopology(kNodes, kWorkersPerNode)});
  ASSERT_TRUE(runtime.ok()) << runtime.status();
  WorkspacePool workspaces(std::vector<int>(kNodes, kWorkersPerNode));
  Scheduler scheduler(**runtime, workspaces,
                      {.tables_max_per_node = 8, .make_table = Make});
  std::atomic<bool> done{false};
  std::thread watcher([&] {
    while (!done) {
      for (const WorkItem& item : scheduler.ListWork()) {
        scheduler.GetActivity(item.job);
      }
      const SchedulerStats stats = scheduler.GetStats();
      EXPECT_LE(stats.items_running, kNodes * (8 + 1));
      EXPECT_GE(stats.work_outstanding, 0);
      std::this_thread::yield();
    }
  });
  std::vector<std::thread> submitters;
  for (unsigned seed = 1; seed <= kSubmitters; ++seed) {
    submitters.emplace_back(
        [&scheduler, seed] { SubmitAndCancel(scheduler, seed); });
  }
  for (std::thread& submitter : submitters) submitter.join();
  done = true;
  watcher.join();
  EXPECT_EQ(scheduler.Stop(), absl::OkStatus());
  EXPECT_EQ((*runtime)->Stop(), absl::OkStatus());
  EXPECT_EQ(scheduler.GetStats().work_outstanding, 0);
}

TEST(SchedulerStressTest, StopWhileJobsArrive) {
  for (int round = 0; round < 20; ++round) {
    auto runtime =
        Runtime::Create({.memory_bytes_max = 1 << 20,
                         .topology = MadeUpTopology(kNodes, kWorkersPerNode)});
    ASSERT_TRUE(runtime.ok()) << runtime.status();
    WorkspacePool workspaces(std::vector<int>(kNodes, kWorkersPerNode));
    Scheduler scheduler(**runtime, workspaces, {.make_table = Make});
    std::vector<std::shared_ptr<RecordingObserver>> accepted;
    std::thread submitter([&] {
      std::mt19937 random(static_cast<unsigned>(round));
      for (;;) {
        JobSpec spec = RandomSpec(random);
        const auto observer = std::make_shared<RecordingObserver>(
            static_cast<int>(spec.items.size()));
        if (!scheduler.Submit(std::move(spec), observer).ok()) return;
        accepted.push_back(observer);
      }
    });
    while (scheduler.GetStats().items_succeeded < 50) std::this_thread::yield();
    EXPECT_EQ(scheduler.Stop(), absl::OkStatus());
    submitter.join();
    for (const auto& observer : accepted) {
      EXPECT_TRUE(observer->end().has_value());
    }
    EXPECT_EQ((*runtime)->Stop(), absl::OkStatus());
  }
}

}  // namespace
}  // namespace perfecthash
