#include "engine/job/scheduler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/error_reason.h"
#include "tests/support/recording_observer.h"
#include "tests/support/simulated_runtime.h"

namespace perfecthash {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

// Tables whose name says how they go: "steps N" gives way N times, "fail" ends
// with an error, "hang" goes on until it is cancelled, "interrupted" is
// cancelled by nobody.
struct Workshop {
  int running = 0;
  int running_max = 0;
  std::vector<std::string> ended;

  Task<absl::StatusOr<TableResult>> Make(TableContext& context);
};

Task<absl::StatusOr<TableResult>> Workshop::Make(TableContext& context) {
  running_max = std::max(running_max, ++running);
  const std::string& name = context.request.name;
  int steps = name.rfind("steps ", 0) == 0 ? std::stoi(name.substr(6)) : 0;
  absl::Status status;
  while ((name == "hang" || steps-- > 0) && status.ok()) {
    context.activity.AddAttempts(1);
    context.job_attempts->fetch_add(1);
    co_await context.node.Schedule();
    if (context.cancel.cancelled()) status = absl::CancelledError("cancelled");
  }
  --running;
  ended.push_back(name);
  if (name == "fail") co_return absl::NotFoundError("as asked");
  if (name == "interrupted") co_return absl::CancelledError("by nobody");
  if (!status.ok()) co_return status;
  co_return TableResult{};
}

JobSpec SpecOf(const std::vector<std::string>& names) {
  JobSpec spec;
  const auto options = std::make_shared<TableOptions>();
  for (const std::string& name : names) {
    spec.items.push_back({.name = name,
                          .keys = KeyFile{"/keys/" + name},
                          .options = options,
                          .output_directory = ""});
  }
  return spec;
}

JobSpec SpecOf(int count, const std::string& name) {
  return SpecOf(
      std::vector<std::string>(static_cast<std::size_t>(count), name));
}

class SchedulerTest : public testing::Test {
 protected:
  void SetUp() override { Start({}); }

  void Start(SchedulerOptions options, int node_count = 2) {
    if (scheduler_ != nullptr) StopAll();
    runtime_ = MakeSimulatedRuntime(simulation_, node_count, 1 << 20);
    workspaces_ = std::make_unique<WorkspacePool>(
        std::vector<int>(static_cast<std::size_t>(node_count), 1));
    options.make_table = [this](TableContext& context) {
      return workshop_.Make(context);
    };
    scheduler_ = std::make_unique<Scheduler>(*runtime_, *workspaces_,
                                             std::move(options));
  }

  void TearDown() override { StopAll(); }

  void StopAll() {
    EXPECT_EQ(scheduler_->Stop(), absl::OkStatus());
    EXPECT_EQ(runtime_->Stop(), absl::OkStatus());
    const SchedulerStats stats = scheduler_->GetStats();
    EXPECT_EQ(stats.work_outstanding, 0);
    EXPECT_EQ(stats.items_running + stats.items_queued, 0);
    EXPECT_EQ(stats.jobs_running + stats.jobs_queued, 0);
    scheduler_.reset();
    runtime_.reset();
  }

  struct Submitted {
    JobId id;
    std::shared_ptr<RecordingObserver> observer;
  };
  Submitted Submit(JobSpec spec) {
    auto observer = std::make_shared<RecordingObserver>(
        static_cast<int>(spec.items.size()));
    const auto id = scheduler_->Submit(std::move(spec), observer);
    EXPECT_TRUE(id.ok()) << id.status();
    return {id.value_or(0), observer};
  }

  void RunUntil(const std::function<bool()>& done) {
    while (!done()) {
      // The last thing to happen may be that a time runs out.
      const bool went_on = runtime_->RunOnce();
      ASSERT_TRUE(went_on || done());
    }
  }
  void RunToEnd(const Submitted& job) {
    RunUntil([&] { return job.observer->end().has_value(); });
  }

  Simulation simulation_{{}};
  Workshop workshop_;
  std::unique_ptr<Runtime> runtime_;
  std::unique_ptr<WorkspacePool> workspaces_;
  std::unique_ptr<Scheduler> scheduler_;
};

TEST_F(SchedulerTest, EveryItemIsToldOnceAndTheJobEndsLast) {
  const Submitted job = Submit(SpecOf(500, "steps 3"));
  EXPECT_GT(scheduler_->GetStats().work_outstanding, 0);
  RunToEnd(job);
  EXPECT_EQ(job.observer->end(), JobEnd::kCompleted);
  EXPECT_EQ(job.observer->succeeded(), 500);
  EXPECT_EQ(job.observer->outcomes().at(499).attempts, 3u);
  const SchedulerStats stats = scheduler_->GetStats();
  EXPECT_EQ(stats.items_succeeded, 500u);
  EXPECT_EQ(stats.attempts, 1'500u);
  EXPECT_EQ(stats.work_outstanding, 0);
}

TEST_F(SchedulerTest, ACapHoldsAndTheDefaultIsEverySlot) {
  JobSpec spec = SpecOf(200, "steps 5");
  spec.limits.tables_max = 3;
  RunToEnd(Submit(spec));
  EXPECT_EQ(workshop_.running_max, 3);
  spec = SpecOf(200, "steps 100");
  spec.limits.tables_max = 1'000'000;
  RunToEnd(Submit(spec));
  EXPECT_EQ(workshop_.running_max, 128);
}

TEST_F(SchedulerTest, LimitsAreAllThereIs) {
  EXPECT_EQ(scheduler_->limits().tables_max, 128);
  EXPECT_EQ(scheduler_->limits().threads_max, 2);
  EXPECT_EQ(scheduler_->limits().memory_bytes_max, 1u << 20);
}

TEST_F(SchedulerTest, ACancelledJobsQueuedItemsEndAtOnceItsTablesSoon) {
  JobSpec spec = SpecOf(10, "hang");
  spec.limits.tables_max = 2;
  const Submitted job = Submit(spec);
  ASSERT_TRUE(runtime_->RunOnce());
  EXPECT_TRUE(scheduler_->Cancel(job.id));
  EXPECT_EQ(job.observer->cancelled(), 8);
  EXPECT_FALSE(job.observer->end().has_value());
  EXPECT_TRUE(scheduler_->Cancel(job.id)) << "it has not finished";
  RunToEnd(job);
  EXPECT_EQ(job.observer->end(), JobEnd::kCancelled);
  EXPECT_EQ(job.observer->cancelled(), 10);
  EXPECT_THAT(job.observer->Reasons(), ElementsAre("CANCELLED"));
  EXPECT_FALSE(scheduler_->Cancel(job.id));
  EXPECT_FALSE(scheduler_->Cancel(12345));
  EXPECT_EQ(scheduler_->GetStats().items_cancelled, 10u);
}

TEST_F(SchedulerTest, AJobThatIsCancelledBeforeItStartsEndsInTheCall) {
  Start({.tables_max_per_node = 1}, 1);
  Submit(SpecOf({"hang"}));
  const Submitted job = Submit(SpecOf(3, "steps 1"));
  EXPECT_TRUE(scheduler_->Cancel(job.id));
  EXPECT_EQ(job.observer->end(), JobEnd::kCancelled);
  EXPECT_THAT(job.observer->start_order(), IsEmpty());
}

TEST_F(SchedulerTest, AFailureDoesNotStopTheOthers) {
  const Submitted job =
      Submit(SpecOf({"steps 1", "fail", "interrupted", "steps 1"}));
  RunToEnd(job);
  EXPECT_EQ(job.observer->end(), JobEnd::kCompleted);
  EXPECT_EQ(job.observer->succeeded(), 2);
  EXPECT_EQ(job.observer->failed(), 2);
  EXPECT_THAT(job.observer->Reasons(),
              UnorderedElementsAre("INTERNAL", "INTERRUPTED"));
}

TEST_F(SchedulerTest, StopOnFirstCancelsTheRest) {
  JobSpec spec = SpecOf({"hang", "fail", "steps 1", "steps 1"});
  spec.limits.tables_max = 2;
  spec.scheduling.failure_policy = FailurePolicy::kStopOnFirst;
  const Submitted job = Submit(spec);
  RunToEnd(job);
  EXPECT_EQ(job.observer->end(), JobEnd::kCompleted);
  EXPECT_EQ(job.observer->failed(), 1);
  EXPECT_EQ(job.observer->cancelled(), 3);
  EXPECT_THAT(job.observer->Reasons(),
              UnorderedElementsAre("INTERNAL", "STOPPED_ON_FAILURE"));
}

TEST_F(SchedulerTest, AJobBehindBusySlotsExpiresInTime) {
  Start({.tables_max_per_node = 1}, 1);
  Submit(SpecOf({"hang"}));
  JobSpec spec = SpecOf(3, "steps 1");
  spec.scheduling.queue_timeout = milliseconds(5);
  const Submitted job = Submit(spec);
  const auto submitted = simulation_.Now();
  RunToEnd(job);
  EXPECT_EQ(job.observer->end(), JobEnd::kExpired);
  EXPECT_EQ(job.observer->cancelled(), 3);
  EXPECT_THAT(job.observer->Reasons(), ElementsAre("QUEUE_TIMEOUT"));
  EXPECT_GE(simulation_.Now() - submitted, milliseconds(5));
  EXPECT_LE(simulation_.Now() - submitted, milliseconds(5) + microseconds(20));
}

Task<absl::StatusOr<TableResult>> HoldThreads(TableContext& context,
                                              int& solving, int& solving_max) {
  while (!context.cancel.cancelled()) {
    const auto thread = co_await context.job_threads->Acquire(
        1, context.node.port(), context.cancel);
    if (!thread.ok()) break;
    solving_max = std::max(solving_max, ++solving);
    for (int i = 0; i < 3; ++i) co_await context.node.Schedule();
    --solving;
  }
  co_return absl::CancelledError("cancelled");
}

Task<absl::StatusOr<TableResult>> WaitForUnits(AsyncSemaphore& units,
                                               TableContext& context) {
  const auto taken =
      co_await units.Acquire(1, context.node.port(), context.cancel);
  if (!taken.ok()) co_return taken.status();
  co_return TableResult{};
}

TEST_F(SchedulerTest, TimeRunsOutWhileEveryoneSleeps) {
  StopAll();
  AsyncSemaphore nothing(1);
  const SemaphoreUnits taken = nothing.TryAcquire(1);
  runtime_ = MakeSimulatedRuntime(simulation_, 2, 1 << 20);
  scheduler_ = std::make_unique<Scheduler>(
      *runtime_, *workspaces_,
      SchedulerOptions{.make_table = [&](TableContext& context) {
        return WaitForUnits(nothing, context);
      }});
  JobSpec spec = SpecOf(3, "any");
  spec.scheduling.execution_timeout = milliseconds(700);
  const auto submitted = simulation_.Now();
  const Submitted job = Submit(spec);
  RunToEnd(job);
  EXPECT_EQ(job.observer->end(), JobEnd::kExpired);
  EXPECT_THAT(job.observer->Reasons(), ElementsAre("EXECUTION_TIMEOUT"));
  EXPECT_GE(simulation_.Now() - submitted, milliseconds(700));
  EXPECT_LE(simulation_.Now() - submitted, milliseconds(701));
  EXPECT_FALSE(scheduler_->GetStats().work_outstanding);
  EXPECT_EQ(scheduler_->Stop(), absl::OkStatus());
}

TEST_F(SchedulerTest, AShortJobEndsLongBeforeTheLongOneAheadOfIt) {
  const Submitted long_job = Submit(SpecOf(13'637, "steps 2"));
  RunUntil([&] { return long_job.observer->told() > 100; });
  const Submitted short_job = Submit(SpecOf(200, "steps 2"));
  RunToEnd(short_job);
  EXPECT_LT(long_job.observer->told(), 1'000);
}

TEST_F(SchedulerTest, AQuickTableDoesNotWaitForHardOnesInEverySlot) {
  Submit(SpecOf(1'000, "hang"));
  const Submitted quick = Submit(SpecOf(50, "steps 1"));
  RunToEnd(quick);
  EXPECT_EQ(quick.observer->succeeded(), 50);
}

TEST_F(SchedulerTest, RefusalsLeaveNoTrace) {
  Start({.queued_items_max = 200, .tables_max_per_node = 1}, 1);
  Submit(SpecOf(200, "hang"));
  const auto observer = std::make_shared<RecordingObserver>(0);
  const auto full = scheduler_->Submit(SpecOf(2, "any"), observer);
  EXPECT_EQ(full.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ReasonOf(full.status()), "QUEUE_FULL");
  JobSpec elsewhere = SpecOf({"any"});
  elsewhere.nodes.node_ids = {7};
  EXPECT_EQ(ReasonOf(scheduler_->Submit(elsewhere, observer).status()),
            "NODE_UNKNOWN");
  EXPECT_EQ(scheduler_->Stop(), absl::OkStatus());
  const auto late = scheduler_->Submit(SpecOf({"any"}), observer);
  EXPECT_EQ(late.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(ReasonOf(late.status()), "STOPPING");
  EXPECT_EQ(observer.use_count(), 1);
}

TEST_F(SchedulerTest, StopCancelsWhatIsUnfinished) {
  const Submitted job = Submit(SpecOf(1'000, "hang"));
  EXPECT_EQ(scheduler_->Stop(), absl::OkStatus());
  EXPECT_EQ(job.observer->end(), JobEnd::kCancelled);
  EXPECT_THAT(job.observer->Reasons(), ElementsAre("STOPPING"));
}

TEST_F(SchedulerTest, ATableThatNeverRunsEndsAllTheSame) {
  EXPECT_EQ(runtime_->Stop(), absl::OkStatus());
  const Submitted job = Submit(SpecOf(100, "steps 1"));
  EXPECT_EQ(job.observer->end(), JobEnd::kCompleted);
  EXPECT_EQ(job.observer->failed(), 100);
}

TEST_F(SchedulerTest, WorkAndActivityAreShown) {
  JobSpec spec = SpecOf(3, "hang");
  spec.nodes = {.mode = NodePolicy::Mode::kFixed, .node_ids = {1}};
  const Submitted job = Submit(spec);
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(runtime_->RunOnce());
  const std::vector<WorkItem> work = scheduler_->ListWork();
  ASSERT_EQ(work.size(), 3u);
  EXPECT_EQ(work[2].job, job.id);
  EXPECT_EQ(work[2].index, 2);
  EXPECT_EQ(work[2].name, "hang");
  EXPECT_EQ(work[2].stage, "queued");
  EXPECT_EQ(work[2].node_id, 1);
  EXPECT_GT(work[2].attempts, 0u);
  EXPECT_GT(work[2].age.count(), 0);
  const JobActivity activity = scheduler_->GetActivity(job.id);
  EXPECT_GT(activity.attempts, 30u);
  ASSERT_EQ(activity.nodes.size(), 2u);
  EXPECT_EQ(activity.nodes[0].items_running, 0);
  EXPECT_EQ(activity.nodes[1].items_running, 3);
  EXPECT_THAT(scheduler_->GetStats().items_running_on_node, ElementsAre(0, 3));
  EXPECT_TRUE(scheduler_->GetActivity(12345).nodes.empty());
}

TEST_F(SchedulerTest, ARaisedCapStartsTablesInTheCall) {
  JobSpec spec = SpecOf(10, "hang");
  spec.limits.tables_max = 2;
  const Submitted job = Submit(spec);
  EXPECT_EQ(job.observer->start_order().size(), 2u);
  EXPECT_EQ(scheduler_->UpdateJob(job.id, {.tables_max = 5}), absl::OkStatus());
  EXPECT_EQ(job.observer->start_order().size(), 5u);
  EXPECT_EQ(scheduler_->UpdateJob(job.id, {.tables_max = 0}), absl::OkStatus());
  EXPECT_EQ(job.observer->start_order().size(), 10u) << "as at Submit";
}

TEST_F(SchedulerTest, ALoweredCapLetsRunningTablesEndAndHoldsFromThenOn) {
  JobSpec spec = SpecOf(100, "steps 20");
  spec.limits.tables_max = 10;
  const Submitted job = Submit(spec);
  RunUntil([&] { return workshop_.running == 10; });
  EXPECT_EQ(scheduler_->UpdateJob(job.id, {.tables_max = 3}), absl::OkStatus());
  EXPECT_EQ(workshop_.running, 10);
  RunUntil([&] { return workshop_.running <= 3; });
  workshop_.running_max = 0;
  RunToEnd(job);
  EXPECT_EQ(workshop_.running_max, 3);
  EXPECT_EQ(job.observer->succeeded(), 100);
}

TEST_F(SchedulerTest, ARaisedPriorityOvertakesWhatIsQueued) {
  Start({.tables_max_per_node = 1}, 1);
  JobSpec spec = SpecOf(20, "steps 1");
  const Submitted first = Submit(spec);
  spec.scheduling.priority = 5;
  const Submitted last = Submit(spec);
  EXPECT_EQ(scheduler_->UpdateJob(last.id, {.priority = 1}), absl::OkStatus());
  RunToEnd(last);
  EXPECT_LE(first.observer->told(), 5);
}

TEST_F(SchedulerTest, AChangedLimitOfThreadsHoldsForTablesThatRun) {
  StopAll();
  int solving = 0, solving_max = 0;
  runtime_ = MakeSimulatedRuntime(simulation_, 2, 1 << 20);
  // Slices that hold a thread while others get their turn.
  const auto slices = [&](TableContext& context) {
    return HoldThreads(context, solving, solving_max);
  };
  scheduler_ = std::make_unique<Scheduler>(
      *runtime_, *workspaces_, SchedulerOptions{.make_table = slices});
  const Submitted job = Submit(SpecOf(6, "any"));
  RunUntil([&] { return solving == 6; });
  EXPECT_EQ(scheduler_->UpdateJob(job.id, {.threads_max = 1}),
            absl::OkStatus());
  RunUntil([&] { return solving <= 1; });
  solving_max = 0;
  for (int i = 0; i < 500; ++i) ASSERT_TRUE(runtime_->RunOnce());
  EXPECT_EQ(solving_max, 1);
  EXPECT_EQ(scheduler_->UpdateJob(job.id, {.threads_max = 1'000}),
            absl::OkStatus());
  RunUntil([&] { return solving == 6; });
  scheduler_->Cancel(job.id);
  RunToEnd(job);
  EXPECT_EQ(scheduler_->Stop(), absl::OkStatus());
}

// Tables whose name is the memory they take, "hang" after it if they keep it
// until they are cancelled.
Task<absl::StatusOr<TableResult>> TakeMemory(TableContext& context) {
  const std::string& name = context.request.name;
  const auto bytes = static_cast<std::uint64_t>(std::stoul(name));
  auto of_job = co_await context.job_memory->Reserve(bytes, context.node.port(),
                                                     context.cancel);
  if (!of_job.ok()) co_return of_job.status();
  auto of_engine = co_await context.engine_memory.Reserve(
      bytes, context.node.port(), context.cancel);
  if (!of_engine.ok()) co_return of_engine.status();
  do {
    co_await context.node.Schedule();
    if (context.cancel.cancelled()) co_return absl::CancelledError("cancelled");
  } while (name.ends_with("hang"));
  co_return TableResult{};
}

class SchedulerMemoryTest : public SchedulerTest {
 protected:
  void SetUp() override {
    SchedulerTest::SetUp();
    StopAll();
    runtime_ = MakeSimulatedRuntime(simulation_, 2, 1'000);
    scheduler_ = std::make_unique<Scheduler>(
        *runtime_, *workspaces_, SchedulerOptions{.make_table = TakeMemory});
  }
};

TEST_F(SchedulerMemoryTest, ALargeTableNeitherStarvesNorHoldsBackSmallOnes) {
  const Submitted hard = Submit(SpecOf({"700 hang"}));
  RunUntil([&] { return runtime_->budget().Stats().reserved_bytes == 700; });
  const Submitted large = Submit(SpecOf({"600"}));
  RunUntil([&] { return runtime_->budget().Stats().waits == 1; });
  // It could not be served anyway, so they pass by it.
  const Submitted small = Submit(SpecOf(500, "100"));
  RunToEnd(small);
  EXPECT_EQ(small.observer->succeeded(), 500);
  EXPECT_FALSE(large.observer->end().has_value());
  // When it could be, it is next, however many small ones there are.
  const Submitted more = Submit(SpecOf(10'000, "100"));
  RunUntil([&] { return more.observer->told() > 100; });
  scheduler_->Cancel(hard.id);
  RunToEnd(large);
  EXPECT_EQ(large.observer->succeeded(), 1);
  EXPECT_LT(more.observer->told(), 500);
  RunToEnd(more);
}

TEST_F(SchedulerMemoryTest, AJobsMemoryIsChangedWhileItsTablesWait) {
  JobSpec spec = SpecOf({"300 hang", "300 hang", "300 hang"});
  spec.limits.memory_bytes_max = 300;
  const Submitted job = Submit(spec);
  const auto reserved = [&] {
    return runtime_->budget().Stats().reserved_bytes;
  };
  RunUntil([&] { return reserved() == 300; });
  EXPECT_EQ(scheduler_->UpdateJob(job.id, {.memory_bytes_max = 700}),
            absl::OkStatus());
  RunUntil([&] { return reserved() == 600; });
  // What runs goes on; what can never have enough fails.
  EXPECT_EQ(scheduler_->UpdateJob(job.id, {.memory_bytes_max = 200}),
            absl::OkStatus());
  RunUntil([&] { return job.observer->failed() == 1; });
  EXPECT_EQ(reserved(), 600u);
  scheduler_->Cancel(job.id);
  RunToEnd(job);
  EXPECT_EQ(job.observer->cancelled(), 2);
}

TEST_F(SchedulerTest, OnlyUnfinishedJobsCanBeChanged) {
  const Submitted job = Submit(SpecOf({"steps 1"}));
  RunToEnd(job);
  for (const JobId id : {job.id, JobId{12345}}) {
    const absl::Status status = scheduler_->UpdateJob(id, {.priority = 1});
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_EQ(ReasonOf(status), "JOB_FINISHED");
  }
}

TEST_F(SchedulerTest, NothingStartsOnADrainedNodeAndWhatRunsThereGoesOn) {
  const Submitted before = Submit(SpecOf(8, "steps 50"));
  EXPECT_THAT(scheduler_->GetStats().items_running_on_node, ElementsAre(4, 4));
  EXPECT_EQ(scheduler_->DrainNode(1), absl::OkStatus());
  EXPECT_EQ(scheduler_->GetStats().schedulable, NodeSet::Of(0));
  const Submitted after = Submit(SpecOf(100, "steps 50"));
  RunToEnd(before);
  EXPECT_EQ(before.observer->succeeded(), 8);
  RunToEnd(after);
  EXPECT_THAT(after.observer->node_ids(), Each(0));
}

TEST_F(SchedulerTest, AJobOfADrainedNodeWaitsUntilItIsResumed) {
  EXPECT_EQ(scheduler_->DrainNode(1), absl::OkStatus());
  JobSpec spec = SpecOf(3, "steps 1");
  spec.nodes = {.mode = NodePolicy::Mode::kFixed, .node_ids = {1}};
  const Submitted waiting = Submit(spec);
  const Submitted other = Submit(SpecOf(3, "steps 1"));
  RunToEnd(other);
  EXPECT_TRUE(waiting.observer->start_order().empty());
  EXPECT_EQ(scheduler_->ResumeNode(1), absl::OkStatus());
  RunToEnd(waiting);
  EXPECT_EQ(waiting.observer->succeeded(), 3);
  EXPECT_THAT(waiting.observer->node_ids(), Each(1));
}

TEST_F(SchedulerTest, AJobOfADrainedNodeExpires) {
  EXPECT_EQ(scheduler_->DrainNode(1), absl::OkStatus());
  JobSpec spec = SpecOf(3, "steps 1");
  spec.nodes = {.mode = NodePolicy::Mode::kFixed, .node_ids = {1}};
  spec.scheduling.queue_timeout = milliseconds(5);
  const Submitted job = Submit(spec);
  RunToEnd(job);
  EXPECT_EQ(job.observer->end(), JobEnd::kExpired);
}

TEST_F(SchedulerTest, WithEveryNodeDrainedEverythingWaits) {
  EXPECT_EQ(scheduler_->DrainNode(0), absl::OkStatus());
  EXPECT_EQ(scheduler_->DrainNode(1), absl::OkStatus());
  EXPECT_EQ(scheduler_->DrainNode(1), absl::OkStatus()) << "it is already";
  const Submitted job = Submit(SpecOf(5, "steps 1"));
  const Submitted cancelled = Submit(SpecOf(5, "steps 1"));
  EXPECT_TRUE(scheduler_->Cancel(cancelled.id));
  EXPECT_EQ(cancelled.observer->end(), JobEnd::kCancelled);
  EXPECT_EQ(scheduler_->GetStats().items_queued, 5);
  EXPECT_EQ(scheduler_->ResumeNode(0), absl::OkStatus());
  RunToEnd(job);
  EXPECT_THAT(job.observer->node_ids(), Each(0));
}

TEST_F(SchedulerTest, AStopEndsWhatWaitsForADrainedNode) {
  EXPECT_EQ(scheduler_->DrainNode(0), absl::OkStatus());
  EXPECT_EQ(scheduler_->DrainNode(1), absl::OkStatus());
  const Submitted job = Submit(SpecOf(5, "steps 1"));
  EXPECT_EQ(scheduler_->Stop(), absl::OkStatus());
  EXPECT_EQ(job.observer->end(), JobEnd::kCancelled);
}

TEST_F(SchedulerTest, AnUnknownNodeIsNeitherDrainedNorResumed) {
  EXPECT_EQ(ReasonOf(scheduler_->DrainNode(7)), "NODE_UNKNOWN");
  EXPECT_EQ(ReasonOf(scheduler_->ResumeNode(7)), "NODE_UNKNOWN");
}

TEST_F(SchedulerTest, ShortestFirstStartsByTheSizeOfTheKeys) {
  Start({.tables_max_per_node = 1}, 1);
  JobSpec spec = SpecOf(4, "steps 1");
  spec.items[0].size_hint_bytes = 300;
  spec.items[2].size_hint_bytes = 100;
  spec.items[3].size_hint_bytes = 200;
  spec.scheduling.item_order = ItemOrder::kShortestFirst;
  const Submitted job = Submit(spec);
  RunToEnd(job);
  EXPECT_THAT(job.observer->start_order(), ElementsAre(2, 3, 0, 1));
}

// Cancels its own job from a call, which is made by the engine itself.
class CancellingObserver : public RecordingObserver {
 public:
  CancellingObserver(int item_count, Scheduler& scheduler)
      : RecordingObserver(item_count), scheduler_(scheduler) {}

  void OnItemFinished(int index, ItemOutcome outcome) override {
    RecordingObserver::OnItemFinished(index, std::move(outcome));
    scheduler_.Cancel(id);
  }

  JobId id = 0;

 private:
  Scheduler& scheduler_;
};

TEST_F(SchedulerTest, AnObserverMayCallTheEngine) {
  const auto observer =
      std::make_shared<CancellingObserver>(1'000, *scheduler_);
  const auto id = scheduler_->Submit(SpecOf(1'000, "steps 1"), observer);
  ASSERT_TRUE(id.ok());
  observer->id = *id;
  RunUntil([&] { return observer->end().has_value(); });
  EXPECT_EQ(observer->end(), JobEnd::kCancelled);
  EXPECT_GT(observer->cancelled(), 800);
}

}  // namespace
}  // namespace perfecthash
