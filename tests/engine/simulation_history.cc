#include "tests/engine/simulation_history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/base/error_reason.h"
#include "tests/engine/simulation_corpus.h"
#include "tests/support/simulated_runtime.h"

namespace perfecthash {

using std::chrono::microseconds;
using ::testing::IsEmpty;

const std::set<std::string>& SimulationReasons() {
  static const std::set<std::string> reasons = {
      "KEYS_UNREADABLE",   "KEYS_INVALID", "DUPLICATE_KEYS",    "MEMORY_LIMIT",
      "WRITE_FAILED",      "CANCELLED",    "STOPPING",          "QUEUE_TIMEOUT",
      "EXECUTION_TIMEOUT", "INTERRUPTED",  "STOPPED_ON_FAILURE"};
  return reasons;
}

SimulationHistory::SimulationHistory(std::uint64_t seed, SimulationHooks hooks)
    : hooks_(std::move(hooks)),
      random_(seed),
      simulation_(ChooseSimulation(seed)) {
  SimulationCorpus::Get().AddFilesTo(simulation_.files());
}

SimulationOptions SimulationHistory::ChooseSimulation(std::uint64_t seed) {
  SimulationOptions options;
  options.seed = seed;
  options.refuses_stores = seed % 2 == 0;
  options.delay_max = OneOf<microseconds>(
      std::array{microseconds(20), microseconds(300), microseconds(2'000)});
  options.depth = OneOf(std::array<std::size_t, 3>{1, 4, 16});
  faulty_ = !OneIn(3);
  if (!faulty_) return options;
  const double rate = OneOf(std::array{0.001, 0.01, 0.1});
  options.faults.short_transfer = OneOf(std::array{0.0, 0.1, 0.5});
  options.faults.interrupted = rate;
  if (OneIn(2)) options.faults.io_error = rate;
  if (OneIn(2)) options.faults.no_space = rate;
  if (OneIn(2)) options.faults.access_denied = rate;
  if (OneIn(4)) options.faults.cancelled = rate;
  if (OneIn(4)) options.faults.refused = rate;
  if (OneIn(4)) options.faults.hang = rate;
  if (OneIn(4)) options.faults.out_of_memory = 10 * rate;
  if (OneIn(4)) options.faults.stuck_worker = rate;
  options.workers_per_port = 1 + Below(4);
  if (OneIn(4)) options.disk_bytes_max = 50'000 + Below(500'000);
  return options;
}

SchedulerOptions SimulationHistory::ChooseScheduler() {
  using Mode = NodePolicy::Mode;
  SchedulerOptions options;
  options.tables_max_per_node = OneOf(std::array{1, 2, 9, 64});
  options.node_policy =
      OneOf(std::array{Mode::kRoundRobin, Mode::kLeastLoaded, Mode::kAffinity});
  options.make_table = hooks_.make_table;
  options.checks_every_step = true;
  return options;
}

void SimulationHistory::ChooseJobs(int node_count) {
  jobs_.resize(1 + Below(4));
  for (Job& job : jobs_) {
    const std::size_t count = OneIn(4) ? 1 : 1 + Below(25);
    for (std::size_t i = 0; i < count; ++i) {
      job.spec.items.push_back(ChooseItem(job, i));
    }
    ChoosePolicies(job.spec, node_count);
    job.observer = std::make_shared<RecordingObserver>(static_cast<int>(count));
  }
}

TableRequest SimulationHistory::ChooseItem(Job& job, std::size_t number) {
  const SimulationCorpus& corpus = SimulationCorpus::Get();
  Item item;
  item.set = Below(corpus.sets().size());
  item.options = Below(corpus.options().size());
  item.missing = OneIn(30);
  job.items.push_back(item);
  const SimulationCorpus::Set& set = corpus.sets()[item.set];
  TableRequest request;
  request.name = set.name;
  request.options = corpus.options()[item.options];
  const auto job_number = &job - jobs_.data();
  request.output_directory =
      absl::StrCat("/out/job", job_number, "/", number, "_", set.name);
  if (item.missing) {
    request.keys = KeyFile{"/keys/missing.keys"};
  } else if (OneIn(4)) {
    request.keys =
        KeyBytes{std::make_shared<const std::vector<std::uint8_t>>(set.bytes)};
  } else {
    request.keys = KeyFile{corpus.PathOf(set)};
    if (OneIn(2)) request.size_hint_bytes = set.bytes.size();
  }
  return request;
}

void SimulationHistory::ChoosePolicies(JobSpec& spec, int node_count) {
  using Mode = NodePolicy::Mode;
  spec.limits.tables_max = OneOf(std::array{0, 1, 2, 5, 64});
  spec.limits.threads_max = OneOf(std::array{0, 0, 1});
  if (OneIn(6)) spec.limits.memory_bytes_max = 50'000 + Below(400'000);
  spec.nodes.mode =
      OneOf(std::array{Mode::kServerDefault, Mode::kRoundRobin, Mode::kFixed,
                       Mode::kAffinity, Mode::kLeastLoaded});
  if (OneIn(2)) {
    spec.nodes.node_ids.push_back(
        static_cast<int>(Below(static_cast<std::size_t>(node_count))));
  }
  SchedulingPolicy& policy = spec.scheduling;
  policy.priority = 1 + static_cast<int>(Below(5));
  policy.fairness_key = OneOf(std::array{"", "a", "b"});
  policy.fairness_weight = OneOf(std::array{0.5, 1.0, 7.0});
  if (OneIn(8)) policy.queue_timeout = microseconds(1 + Below(5'000));
  if (OneIn(8)) policy.execution_timeout = microseconds(1 + Below(20'000));
  if (OneIn(3)) policy.item_order = ItemOrder::kShortestFirst;
  if (OneIn(5)) policy.failure_policy = FailurePolicy::kStopOnFirst;
}

bool SimulationHistory::AllEnded() const {
  for (const Job& job : jobs_) {
    if (!job.ended()) return false;
  }
  return true;
}

bool SimulationHistory::AnyUnfinished() const {
  for (const Job& job : jobs_) {
    if (job.id.has_value() && !job.ended()) return true;
  }
  return false;
}

void SimulationHistory::Act() {
  for (Job& job : jobs_) {
    if (job.id.has_value() || (AnyUnfinished() && !OneIn(40))) continue;
    const auto id = engine_->Submit(job.spec, job.observer);
    ASSERT_TRUE(id.ok()) << id.status();
    job.id = *id;
    return;
  }
  if (changes_ && OneIn(100)) ActOnNodes();
  Job& job = jobs_[Below(jobs_.size())];
  if (job.id.has_value()) ActOnJob(job);
}

void SimulationHistory::ActOnNodes() {
  const int node =
      static_cast<int>(Below(static_cast<std::size_t>(node_count_)));
  if (OneIn(3)) {
    EXPECT_EQ(engine_->ResumeNode(node), absl::OkStatus());
    drained_.erase(node);
  } else {
    EXPECT_EQ(engine_->DrainNode(node), absl::OkStatus());
    drained_.emplace(node, std::numeric_limits<std::int64_t>::max());
  }
}

bool SimulationHistory::ResumeNodes() {
  if (drained_.empty()) return false;
  for (const auto& [node, running] : drained_) {
    EXPECT_EQ(engine_->ResumeNode(node), absl::OkStatus());
  }
  drained_.clear();
  return true;
}

void SimulationHistory::ActOnJob(Job& job) {
  if (changes_ && OneIn(100)) {
    JobChange change;
    if (OneIn(2)) change.tables_max = OneOf(std::array{0, 1, 3, 64});
    if (OneIn(2)) change.threads_max = OneOf(std::array{0, 1, 2});
    if (OneIn(4)) change.memory_bytes_max = Below(400'000);
    if (OneIn(2)) change.priority = 1 + static_cast<int>(Below(5));
    if (OneIn(2)) change.fairness_weight = OneOf(std::array{0.1, 1.0, 50.0});
    EXPECT_EQ(engine_->UpdateJob(*job.id, change).ok(), !job.ended());
    job.memory_changed |= change.memory_bytes_max.has_value();
  }
  if (!OneIn(500)) return;
  const bool unfinished = !job.ended();
  EXPECT_EQ(engine_->Cancel(*job.id), unfinished);
  job.cancel_called |= unfinished;
}

void SimulationHistory::Step(Runtime& driver) {
  const bool timer_is_set =
      driver.node(0).timer_due() != Node::Clock::time_point::max();
  if (simulation_.OnlyHangs() && !timer_is_set) return CancelOneThatHangs();
  EXPECT_TRUE(driver.RunOnce() || ResumeNodes())
      << "nothing will happen any more, and jobs have not ended";
}

// What hangs keeps what is queued behind it in the port waiting, so that the
// first one that is cancelled need not end before another one is.
void SimulationHistory::CancelOneThatHangs() {
  std::vector<Job*> candidates;
  for (Job& job : jobs_) {
    if (job.id.has_value() && !job.ended() && !job.cancel_called) {
      candidates.push_back(&job);
    }
  }
  ASSERT_FALSE(candidates.empty())
      << "operations hang although every unfinished job was cancelled";
  Job& job = *candidates[Below(candidates.size())];
  EXPECT_TRUE(engine_->Cancel(*job.id));
  job.cancel_called = true;
}

// What the engine counts is what its jobs were told.
void SimulationHistory::CheckStep() {
  const EngineStats stats = engine_->GetStats();
  std::int64_t queued = 0, running = 0, tokens = 0, node_running = 0;
  for (const Job& job : jobs_) {
    if (!job.id.has_value()) continue;
    const RecordingObserver& observer = *job.observer;
    const int waiting = static_cast<int>(job.items.size()) - observer.told() -
                        observer.running();
    queued += waiting;
    running += observer.running();
    tokens += observer.running() + (waiting > 0 ? 1 : 0);
  }
  EXPECT_EQ(stats.items_queued, queued);
  EXPECT_EQ(stats.items_running, running);
  EXPECT_EQ(stats.work_outstanding, tokens);
  std::uint64_t buffer_bytes = 0;
  for (const EngineStats::PerNode& node : stats.nodes) {
    node_running += node.items_running;
    const auto drained = drained_.find(node.node_id);
    if (drained != drained_.end()) {
      EXPECT_LE(node.items_running, drained->second) << "a drained node starts";
      drained->second = node.items_running;
    }
    for (const BufferClassStats& buffers : node.buffer_classes) {
      buffer_bytes += buffers.in_use_count * buffers.capacity_bytes;
    }
  }
  EXPECT_EQ(node_running, running);
  EXPECT_LE(buffer_bytes, stats.memory_reserved_bytes);
  EXPECT_LE(stats.memory_reserved_bytes, stats.memory_budget_bytes);
}

void SimulationHistory::CheckEnd() {
  const EngineStats stats = engine_->GetStats();
  EXPECT_EQ(stats.work_outstanding, 0);
  EXPECT_EQ(stats.memory_reserved_bytes, 0u);
  EXPECT_EQ(stats.items_queued + stats.items_running, 0);
  EXPECT_EQ(stats.jobs_queued + stats.jobs_running, 0);
  for (const EngineStats::PerNode& node : stats.nodes) {
    EXPECT_EQ(node.port.outstanding_count(), 0u);
  }
  for (const Job& job : jobs_) {
    if (job.id.has_value()) Check(job);
  }
  CheckLeftovers();
}

std::string SimulationHistory::Run(SimulationTally& tally) {
  node_count_ = 1 + static_cast<int>(Below(4));
  changes_ = OneIn(3);
  scarce_memory_ = OneIn(5);
  auto runtime = MakeSimulatedRuntime(
      simulation_, node_count_,
      scarce_memory_ ? 60'000 + Below(200'000) : std::uint64_t{64} << 20,
      hooks_.wrap_port);
  Runtime& driver = *runtime;
  engine_ = AssembleEngine(std::move(runtime), ChooseScheduler());
  ChooseJobs(node_count_);
  stopped_early_ = OneIn(10);
  while (!AllEnded()) {
    Act();
    if (stopped_early_ && OneIn(200)) break;
    if (AnyUnfinished()) Step(driver);
    CheckStep();
    if (testing::Test::HasFailure()) break;
  }
  EXPECT_EQ(engine_->Stop(), absl::OkStatus());
  CheckEnd();
  AddTo(tally);
  const std::string description = Describe();
  engine_.reset();
  return description;
}

void SimulationHistory::Check(const Job& job) {
  ASSERT_TRUE(job.ended());
  EXPECT_EQ(job.observer->told(), static_cast<int>(job.items.size()));
  EXPECT_EQ(engine_->GetActivity(*job.id).nodes.size(), 0u);
  const JobEnd end = *job.observer->end();
  const SchedulingPolicy& policy = job.spec.scheduling;
  if (end == JobEnd::kCancelled) {
    EXPECT_TRUE(job.cancel_called || stopped_early_);
  }
  if (end == JobEnd::kExpired) {
    EXPECT_TRUE(policy.queue_timeout.count() > 0 ||
                policy.execution_timeout.count() > 0);
  }
  const bool stops = policy.failure_policy == FailurePolicy::kStopOnFirst;
  if (end == JobEnd::kCompleted && !stops) {
    EXPECT_EQ(job.observer->cancelled(), 0);
  }
  for (const auto& [index, outcome] : job.observer->outcomes()) {
    const Item& item = job.items[static_cast<std::size_t>(index)];
    const bool sound =
        SimulationCorpus::Get().sets()[item.set].valid && !item.missing;
    if (outcome.result.ok()) {
      EXPECT_TRUE(sound)
          << job.spec.items[static_cast<std::size_t>(index)].name;
      CheckFiles(job, index, *outcome.result);
      continue;
    }
    const absl::Status& status = outcome.result.status();
    EXPECT_EQ(SimulationReasons().count(ReasonOf(status)), 1u) << status;
    if (sound && !faulty_ && !absl::IsCancelled(status)) {
      EXPECT_EQ(ReasonOf(status), "MEMORY_LIMIT") << status;
      EXPECT_TRUE(scarce_memory_ || job.spec.limits.memory_bytes_max > 0 ||
                  job.memory_changed);
    }
  }
}

void SimulationHistory::CheckFiles(const Job& job, int index,
                                   const TableResult& result) {
  const auto number = static_cast<std::size_t>(index);
  const Item& item = job.items[number];
  const TableRequest& request = job.spec.items[number];
  const SimulationCorpus::Files& expected =
      SimulationCorpus::Get().Expected(item.set, item.options);
  ASSERT_EQ(result.files.size(), expected.size());
  for (const WrittenFile& file : result.files) {
    const std::string path =
        absl::StrCat(request.output_directory, "/", file.filename);
    EXPECT_EQ(simulation_.files().Contents(path), expected.at(file.filename))
        << path;
    expected_paths_.insert(path);
  }
}

// Nothing but the key files and the files of tables that succeeded; a file may
// be left only where removing it failed.
void SimulationHistory::CheckLeftovers() {
  EXPECT_EQ(simulation_.files().open_file_count(), 0u);
  std::vector<std::string> leftovers;
  for (const std::string& path : simulation_.files().Paths()) {
    if (path.rfind("/keys/", 0) != 0 && expected_paths_.count(path) == 0) {
      leftovers.push_back(path);
    }
  }
  if (simulation_.fault_count(OperationKind::kUnlink) == 0) {
    EXPECT_THAT(leftovers, IsEmpty());
    EXPECT_THAT(simulation_.files().TemporaryPaths(), IsEmpty());
  }
  EXPECT_LE(leftovers.size(), simulation_.fault_count(OperationKind::kUnlink));
}

void SimulationHistory::AddTo(SimulationTally& tally) const {
  for (const Job& job : jobs_) {
    if (!job.ended()) continue;
    ++tally.jobs[*job.observer->end()];
    for (const auto& [index, outcome] : job.observer->outcomes()) {
      ++tally.items[ReasonOf(outcome.result.status())];
    }
  }
  tally.faults += simulation_.fault_count();
  tally.memory_waits += engine_->GetStats().memory_waits;
  tally.hangs += simulation_.hang_count();
  tally.stuck_workers += simulation_.stuck_worker_count();
  tally.out_of_memory += simulation_.out_of_memory_count();
}

std::string SimulationHistory::Describe() const {
  std::string text =
      absl::StrCat(simulation_.Now().time_since_epoch().count(), " ns, ",
                   simulation_.fault_count(), " faults\n");
  for (const Job& job : jobs_) {
    for (const int index : job.observer->start_order()) {
      absl::StrAppend(&text, index, " ");
    }
    for (const auto& [index, outcome] : job.observer->outcomes()) {
      absl::StrAppend(&text, "\n", index, ": node ", outcome.node_id, " after ",
                      outcome.queue_time.count(), " ns ",
                      outcome.result.status().ToString());
    }
  }
  return text;
}

}  // namespace perfecthash
