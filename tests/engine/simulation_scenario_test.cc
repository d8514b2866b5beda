// Single faults at chosen moments of a whole engine, in virtual time: what the
// random histories of simulation_test.cc meet by chance is here on purpose.

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

#include "absl/strings/str_cat.h"
#include "engine/base/error_reason.h"
#include "engine/engine_assembly.h"
#include "tests/support/key_sets.h"
#include "tests/support/recording_observer.h"
#include "tests/support/simulated_runtime.h"

namespace perfecthash {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class SimulationScenarioTest : public testing::Test {
 protected:
  void Start(const SimulationOptions& options, int node_count = 2,
             std::uint64_t memory_bytes_max = 64 << 20) {
    Stop();
    simulation_ = std::make_unique<Simulation>(options);
    const auto bytes = KeyFileBytes(RandomKeys(40, 1));
    for (int i = 0; i < 10; ++i) {
      simulation_->files().AddFile(absl::StrCat("/keys/", i, ".keys"),
                                   std::string(bytes.begin(), bytes.end()));
    }
    auto runtime =
        MakeSimulatedRuntime(*simulation_, node_count, memory_bytes_max);
    driver_ = runtime.get();
    engine_ = AssembleEngine(std::move(runtime), {.make_table = MakeTable});
  }

  void TearDown() override { Stop(); }

  void Stop() {
    if (engine_ == nullptr) return;
    EXPECT_EQ(engine_->Stop(), absl::OkStatus());
    const EngineStats stats = engine_->GetStats();
    EXPECT_EQ(stats.work_outstanding, 0);
    EXPECT_EQ(stats.memory_reserved_bytes, 0u);
    EXPECT_EQ(simulation_->files().open_file_count(), 0u);
    EXPECT_THAT(simulation_->files().TemporaryPaths(), IsEmpty());
    engine_.reset();
  }

  static JobSpec FileJob(int count) {
    JobSpec spec;
    const auto options = std::make_shared<TableOptions>();
    for (int i = 0; i < count; ++i) {
      spec.items.push_back(
          {.name = "table",
           .keys = KeyFile{absl::StrCat("/keys/", i % 10, ".keys")},
           .options = options,
           .output_directory = absl::StrCat("/out/", i)});
    }
    return spec;
  }

  // Without files: nothing of it hangs.
  static JobSpec ComputeJob(int count, std::size_t key_count = 40) {
    JobSpec spec = FileJob(count);
    const KeyBytes keys{std::make_shared<const std::vector<std::uint8_t>>(
        KeyFileBytes(RandomKeys(key_count, 1)))};
    for (TableRequest& item : spec.items) {
      item.keys = keys;
      item.output_directory = "";
    }
    return spec;
  }

  struct Submitted {
    JobId id;
    std::shared_ptr<RecordingObserver> observer;
    bool ended() const { return observer->end().has_value(); }
  };
  Submitted Submit(JobSpec spec) {
    auto observer = std::make_shared<RecordingObserver>(
        static_cast<int>(spec.items.size()));
    const auto id = engine_->Submit(std::move(spec), observer);
    EXPECT_TRUE(id.ok()) << id.status();
    return {id.value_or(0), observer};
  }

  void RunUntil(const std::function<bool()>& done) {
    while (!done()) ASSERT_TRUE(driver_->RunOnce());
  }
  void RunToEnd(const Submitted& job) {
    RunUntil([&] { return job.ended(); });
  }
  void RunUntilItHangs() {
    RunUntil([this] { return simulation_->OnlyHangs(); });
  }

  std::unique_ptr<Simulation> simulation_;
  Runtime* driver_ = nullptr;
  std::unique_ptr<Engine> engine_;
};

TEST_F(SimulationScenarioTest, AReadThatHangsEndsWithItsJobsCancellation) {
  Start({.faults = {.hang = 1}});
  const Submitted job = Submit(FileJob(5));
  RunUntilItHangs();
  EXPECT_EQ(job.observer->running(), 5);
  const auto cancelled = simulation_->Now();
  EXPECT_TRUE(engine_->Cancel(job.id));
  RunToEnd(job);
  EXPECT_EQ(job.observer->end(), JobEnd::kCancelled);
  EXPECT_THAT(job.observer->Reasons(), ElementsAre("CANCELLED"));
  EXPECT_LT(simulation_->Now() - cancelled, milliseconds(10));
}

TEST_F(SimulationScenarioTest, AReadThatHangsEndsWithItsJobsTime) {
  Start({.faults = {.hang = 1}});
  JobSpec spec = FileJob(5);
  spec.scheduling.execution_timeout = seconds(30);
  const auto submitted = simulation_->Now();
  const Submitted job = Submit(spec);
  RunToEnd(job);
  EXPECT_EQ(job.observer->end(), JobEnd::kExpired);
  EXPECT_THAT(job.observer->Reasons(), ElementsAre("EXECUTION_TIMEOUT"));
  EXPECT_GE(simulation_->Now() - submitted, seconds(30));
  EXPECT_LT(simulation_->Now() - submitted, seconds(30) + milliseconds(10));
}

TEST_F(SimulationScenarioTest, AReadThatHangsEndsWithTheEngine) {
  Start({.faults = {.hang = 1}});
  const Submitted job = Submit(FileJob(5));
  RunUntilItHangs();
  Stop();
  EXPECT_EQ(job.observer->end(), JobEnd::kCancelled);
  EXPECT_THAT(job.observer->Reasons(), ElementsAre("STOPPING"));
}

TEST_F(SimulationScenarioTest, AReadThatHangsEndsWithTheFailureOfAnotherTable) {
  Start({.faults = {.hang = 1}});
  JobSpec spec = FileJob(5);
  spec.items[3].keys =
      KeyBytes{std::make_shared<const std::vector<std::uint8_t>>(5)};
  spec.scheduling.failure_policy = FailurePolicy::kStopOnFirst;
  const Submitted job = Submit(spec);
  RunToEnd(job);
  EXPECT_EQ(job.observer->failed(), 1);
  EXPECT_THAT(job.observer->Reasons(),
              UnorderedElementsAre("KEYS_INVALID", "STOPPED_ON_FAILURE"));
}

TEST_F(SimulationScenarioTest, AJobBesideOneThatHangsGoesOn) {
  Start({.faults = {.hang = 1}});
  const Submitted hanging = Submit(FileJob(10));
  RunUntilItHangs();
  const Submitted job = Submit(ComputeJob(10));
  RunToEnd(job);
  EXPECT_EQ(job.observer->succeeded(), 10);
  EXPECT_FALSE(hanging.ended());
}

// All moments at which a job can be cancelled, for one order of events each:
// before, between and behind its completions.
TEST_F(SimulationScenarioTest, AJobMayBeCancelledAtEachOfItsSteps) {
  bool ended_first = false;
  for (int steps = 0; !ended_first; ++steps) {
    SCOPED_TRACE(steps);
    Start({.seed = static_cast<std::uint64_t>(steps)});
    const Submitted job = Submit(FileJob(3));
    for (int i = 0; i < steps && !job.ended(); ++i) {
      ASSERT_TRUE(driver_->RunOnce());
    }
    ended_first = job.ended();
    EXPECT_EQ(engine_->Cancel(job.id), !ended_first);
    RunToEnd(job);
    EXPECT_EQ(job.observer->told(), 3);
    EXPECT_EQ(job.observer->end(),
              ended_first ? JobEnd::kCompleted : JobEnd::kCancelled);
    for (const auto& [index, outcome] : job.observer->outcomes()) {
      if (outcome.result.ok()) continue;
      for (const std::string& path : simulation_->files().Paths()) {
        EXPECT_NE(path.rfind(absl::StrCat("/out/", index, "/"), 0), 0u) << path;
      }
    }
  }
}

TEST_F(SimulationScenarioTest,
       ARefusedSubmissionFailsItsTableAndLeavesNothing) {
  Start({.faults = {.refused = 1}});
  const Submitted job = Submit(FileJob(5));
  RunToEnd(job);
  EXPECT_EQ(job.observer->end(), JobEnd::kCompleted);
  EXPECT_EQ(job.observer->failed(), 5);
  EXPECT_THAT(job.observer->Reasons(), ElementsAre("KEYS_UNREADABLE"));
}

TEST_F(SimulationScenarioTest, WithoutMemoryTablesFailAloneAndKeepNothing) {
  Start({.faults = {.out_of_memory = 1}});
  const Submitted job = Submit(FileJob(5));
  RunToEnd(job);
  EXPECT_EQ(job.observer->end(), JobEnd::kCompleted);
  EXPECT_EQ(job.observer->failed(), 5);
  EXPECT_EQ(simulation_->out_of_memory_count(), 5u);
  EXPECT_THAT(job.observer->Reasons(), ElementsAre("MEMORY_LIMIT"));
  const Submitted other = Submit(ComputeJob(5));
  RunToEnd(other);
  EXPECT_EQ(other.observer->succeeded(), 5);
}

// At most three of a node's four workers are stopped at any time, each with a
// slice that it took. They come back after hours; the others need milliseconds.
TEST_F(SimulationScenarioTest, AStuckWorkerHoldsUpOnlyWhatItHolds) {
  Start({.faults = {.stuck_worker = 0.1}, .stuck_max = hours(100)}, 1);
  const auto submitted = simulation_->Now();
  const Submitted job = Submit(ComputeJob(64));
  RunUntil([&] { return job.observer->told() >= 61; });
  EXPECT_EQ(simulation_->stuck_worker_count(), 3u);
  EXPECT_LT(simulation_->Now() - submitted, seconds(1));
  const Submitted behind = Submit(ComputeJob(20));
  RunToEnd(behind);
  EXPECT_EQ(behind.observer->succeeded(), 20);
  EXPECT_LT(simulation_->Now() - submitted, seconds(1));
  EXPECT_FALSE(job.ended());
  RunToEnd(job);
  EXPECT_EQ(job.observer->succeeded(), 64);
  EXPECT_GT(simulation_->Now() - submitted, hours(1));
}

// Of the tables of a job, those that run, and whether one waits for memory.
std::set<int> RunningOf(const std::vector<WorkItem>& work, JobId job) {
  std::set<int> indices;
  for (const WorkItem& item : work) {
    if (item.job == job) indices.insert(item.index);
  }
  return indices;
}

bool WaitsForMemory(const std::vector<WorkItem>& work, JobId job) {
  return std::any_of(work.begin(), work.end(), [job](const WorkItem& item) {
    return item.job == job && item.stage == "memory";
  });
}

// A table that needs all the memory there is, amid an endless stream of small
// ones. Others may overtake it while those that were there before it run, but
// then it is next: no table that starts after that ends before it.
TEST_F(SimulationScenarioTest, AWaitingTableGetsItsTurnInAStreamOfSmallOnes) {
  Start({});
  RunToEnd(Submit(ComputeJob(1, 3'000)));
  const std::uint64_t all = engine_->GetStats().memory_reserved_max_bytes;
  int waited = 0;
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    SCOPED_TRACE(seed);
    Start({.seed = seed}, 2, all);
    JobSpec stream = FileJob(3'000);
    for (TableRequest& item : stream.items) item.output_directory = "";
    stream.limits.tables_max = 16;
    const Submitted smalls = Submit(stream);
    RunUntil([&] { return smalls.observer->told() > 100; });
    const Submitted large = Submit(ComputeJob(1, 3'000));
    RunUntil([&] {
      return large.ended() || WaitsForMemory(engine_->ListWork(), large.id);
    });
    std::set<int> before = RunningOf(engine_->ListWork(), smalls.id);
    const auto waits = [&] {
      return WaitsForMemory(engine_->ListWork(), large.id);
    };
    const auto some_of = [&](const std::set<int>& indices) {
      const std::set<int> now = RunningOf(engine_->ListWork(), smalls.id);
      return std::any_of(indices.begin(), indices.end(),
                         [&](int index) { return now.contains(index); });
    };
    RunUntil([&] { return !waits() || !some_of(before); });
    if (!waits()) continue;
    ++waited;
    const int told = smalls.observer->told();
    const auto overtakers = RunningOf(engine_->ListWork(), smalls.id).size();
    RunUntil([&] { return !waits(); });
    EXPECT_LE(smalls.observer->told() - told, static_cast<int>(overtakers));
    EXPECT_LE(overtakers, 16u);
    RunToEnd(large);
    EXPECT_EQ(large.observer->succeeded(), 1);
    EXPECT_FALSE(smalls.ended());
  }
  EXPECT_GT(waited, 5);
}

// The engine is all that keeps an observer whose client is gone.
TEST_F(SimulationScenarioTest,
       AJobWhoseClientIsGoneEndsAndLetsGoOfItsObserver) {
  Start({});
  Submitted job = Submit(FileJob(5));
  const std::weak_ptr<RecordingObserver> observer = job.observer;
  const auto files = [this] { return simulation_->files().Paths().size(); };
  const std::size_t before = files();
  job.observer.reset();
  EXPECT_FALSE(observer.expired());
  RunUntil([this] { return engine_->GetStats().work_outstanding == 0; });
  EXPECT_TRUE(observer.expired());
  EXPECT_EQ(engine_->GetStats().items_succeeded, 5u);
  EXPECT_GT(files(), before);
}

TEST_F(SimulationScenarioTest, ACancelledJobWhoseClientIsGoneEndsToo) {
  Start({.faults = {.hang = 1}});
  Submitted job = Submit(FileJob(5));
  const std::weak_ptr<RecordingObserver> observer = job.observer;
  job.observer.reset();
  RunUntilItHangs();
  EXPECT_TRUE(engine_->Cancel(job.id));
  RunUntil([this] { return engine_->GetStats().work_outstanding == 0; });
  EXPECT_TRUE(observer.expired());
}

}  // namespace
}  // namespace perfecthash
