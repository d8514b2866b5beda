// Random bulk jobs on simulated nodes with faults, in virtual time: whatever
// happens, each item is told once, each job ends once, nothing is left behind
// and every table that succeeds has the bytes it has without faults.
//
// A seed is one history. PERFECTHASH_SIMULATION_SEEDS=100000 runs more of
// them, PERFECTHASH_SIMULATION_SEED=1234 replays a single one.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <optional>
#include <random>
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

using std::chrono::microseconds;
using ::testing::IsEmpty;

constexpr std::uint64_t kDefaultSeedCount = 2'000;

// What every seed chooses from: key sets, good and bad, and ways to make their
// tables. The bytes of the good ones are made once, without faults.
class Corpus {
 public:
  struct Set {
    std::string name;
    std::vector<std::uint8_t> bytes;
    bool valid = true;
  };

  static const Corpus& Get() {
    static const Corpus corpus;
    return corpus;
  }

  const std::vector<Set>& sets() const { return sets_; }
  const std::vector<std::shared_ptr<const TableOptions>>& options() const {
    return options_;
  }
  std::string PathOf(const Set& set) const {
    return absl::StrCat("/keys/", set.name, ".keys");
  }
  void AddFilesTo(SimulatedFileSystem& files) const {
    for (const Set& set : sets_) {
      files.AddFile(PathOf(set),
                    std::string(set.bytes.begin(), set.bytes.end()));
    }
  }

  // By file name.
  using Files = std::map<std::string, std::string>;
  const Files& Expected(std::size_t set, std::size_t options) const {
    return expected_.at({set, options});
  }

 private:
  Corpus() {
    for (const std::size_t count : {1, 2, 3, 8, 9, 40, 100, 300}) {
      sets_.push_back({absl::StrCat("random", count),
                       KeyFileBytes(RandomKeys(count, count))});
    }
    sets_.push_back({"linear64", KeyFileBytes(LinearKeys(64, 0, 1))});
    sets_.push_back({"large", KeyFileBytes(AddressKeys(3'000, 7))});
    sets_.push_back({"odd_length", {1, 2, 3, 4, 5}, false});
    sets_.push_back({"empty", {}, false});
    sets_.push_back({"twice", {9, 0, 0, 0, 9, 0, 0, 0}, false});
    for (const char* function : {"Mulshrolate4RX", "MultiplyShiftR"}) {
      TableOptions options;
      options.solver.hash_function = function;
      options.solver.max_attempts = 100'000;
      options.lanes = {
          .initial = 1, .max = 3, .increase_after = microseconds(20)};
      options_.push_back(std::make_shared<const TableOptions>(options));
    }
    TableOptions none = *options_[0];
    none.file_io = FileIo::kNone;
    options_.push_back(std::make_shared<const TableOptions>(none));
    MakeExpected();
  }

  void MakeExpected();

  std::vector<Set> sets_;
  std::vector<std::shared_ptr<const TableOptions>> options_;
  std::map<std::pair<std::size_t, std::size_t>, Files> expected_;
};

void Corpus::MakeExpected() {
  Simulation simulation({});
  AddFilesTo(simulation.files());
  auto runtime = MakeSimulatedRuntime(simulation, 1, 64 << 20);
  Runtime& driver = *runtime;
  const auto engine =
      AssembleEngine(std::move(runtime), {.make_table = MakeTable});
  JobSpec spec;
  std::vector<std::pair<std::size_t, std::size_t>> keys;
  for (std::size_t set = 0; set < sets_.size(); ++set) {
    for (std::size_t options = 0; options < options_.size(); ++options) {
      if (!sets_[set].valid) continue;
      spec.items.push_back(
          {.name = sets_[set].name,
           .keys = KeyFile{PathOf(sets_[set])},
           .options = options_[options],
           .output_directory = absl::StrCat("/out/", keys.size())});
      keys.push_back({set, options});
    }
  }
  const auto observer =
      std::make_shared<RecordingObserver>(static_cast<int>(keys.size()));
  EXPECT_TRUE(engine->Submit(spec, observer).ok());
  while (!observer->end().has_value()) driver.RunOnce();
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const auto& outcome = observer->outcomes().at(static_cast<int>(i));
    EXPECT_TRUE(outcome.result.ok())
        << spec.items[i].name << ": " << outcome.result.status();
    if (!outcome.result.ok()) continue;
    Files& files = expected_[keys[i]];
    for (const WrittenFile& file : outcome.result->files) {
      files[file.filename] = *simulation.files().Contents(
          absl::StrCat(spec.items[i].output_directory, "/", file.filename));
    }
  }
  EXPECT_EQ(engine->Stop(), absl::OkStatus());
}

// Every way in which a table of these jobs may not succeed.
const std::set<std::string>& Reasons() {
  static const std::set<std::string> reasons = {
      "KEYS_UNREADABLE",   "KEYS_INVALID", "DUPLICATE_KEYS",    "MEMORY_LIMIT",
      "WRITE_FAILED",      "CANCELLED",    "STOPPING",          "QUEUE_TIMEOUT",
      "EXECUTION_TIMEOUT", "INTERRUPTED",  "STOPPED_ON_FAILURE"};
  return reasons;
}

// What the histories have shown so far: a promise counts only where it was put
// to the test.
struct Tally {
  std::map<std::string, int> items;  // by reason, "" is success
  std::map<JobEnd, int> jobs;
  std::uint64_t faults = 0;
  std::uint64_t memory_waits = 0;
};

// One seed: a machine, its faults, and jobs that arrive and are cancelled at
// random moments.
class History {
 public:
  explicit History(std::uint64_t seed)
      : random_(seed), simulation_(ChooseSimulation(seed)) {
    Corpus::Get().AddFilesTo(simulation_.files());
  }

  // A text that is different when anything happened differently.
  std::string Run(Tally& tally);

 private:
  struct Item {
    std::size_t set = 0;
    std::size_t options = 0;
    bool missing = false;  // its key file does not exist
  };
  struct Job {
    JobSpec spec;
    std::vector<Item> items;
    std::shared_ptr<RecordingObserver> observer;
    std::optional<JobId> id;
    bool cancel_called = false;

    bool ended() const { return observer->end().has_value(); }
  };

  std::size_t Below(std::size_t limit) { return random_() % limit; }
  bool OneIn(std::size_t count) { return Below(count) == 0; }
  template <typename T, std::size_t N>
  T OneOf(const std::array<T, N>& values) {
    return values[Below(N)];
  }

  SimulationOptions ChooseSimulation(std::uint64_t seed);
  SchedulerOptions ChooseScheduler();
  void ChooseJobs(int node_count);
  TableRequest ChooseItem(Job& job, std::size_t number);
  void ChoosePolicies(JobSpec& spec, int node_count);

  bool AllEnded() const;
  bool AnyUnfinished() const;
  void Act();  // submits or cancels, now and then

  void Check(const Job& job);
  void CheckFiles(const Job& job, int index, const TableResult& result);
  void CheckLeftovers();
  void AddTo(Tally& tally) const;
  std::string Describe() const;

  std::mt19937_64 random_;
  bool faulty_ = false;
  bool scarce_memory_ = false;
  bool stopped_early_ = false;
  Simulation simulation_;
  std::vector<Job> jobs_;
  std::unique_ptr<Engine> engine_;
  std::set<std::string> expected_paths_;
};

SimulationOptions History::ChooseSimulation(std::uint64_t seed) {
  SimulationOptions options;
  options.seed = seed;
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
  if (OneIn(4)) options.disk_bytes_max = 50'000 + Below(500'000);
  return options;
}

SchedulerOptions History::ChooseScheduler() {
  using Mode = NodePolicy::Mode;
  SchedulerOptions options;
  options.tables_max_per_node = OneOf(std::array{1, 2, 9, 64});
  options.node_policy =
      OneOf(std::array{Mode::kRoundRobin, Mode::kLeastLoaded, Mode::kAffinity});
  options.make_table = MakeTable;
  return options;
}

void History::ChooseJobs(int node_count) {
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

TableRequest History::ChooseItem(Job& job, std::size_t number) {
  const Corpus& corpus = Corpus::Get();
  Item item;
  item.set = Below(corpus.sets().size());
  item.options = Below(corpus.options().size());
  item.missing = OneIn(30);
  job.items.push_back(item);
  const Corpus::Set& set = corpus.sets()[item.set];
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
  }
  return request;
}

void History::ChoosePolicies(JobSpec& spec, int node_count) {
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
  if (OneIn(5)) policy.failure_policy = FailurePolicy::kStopOnFirst;
}

bool History::AllEnded() const {
  for (const Job& job : jobs_) {
    if (!job.ended()) return false;
  }
  return true;
}

bool History::AnyUnfinished() const {
  for (const Job& job : jobs_) {
    if (job.id.has_value() && !job.ended()) return true;
  }
  return false;
}

void History::Act() {
  for (Job& job : jobs_) {
    if (job.id.has_value() || (AnyUnfinished() && !OneIn(40))) continue;
    const auto id = engine_->Submit(job.spec, job.observer);
    ASSERT_TRUE(id.ok()) << id.status();
    job.id = *id;
    return;
  }
  if (!OneIn(500)) return;
  Job& job = jobs_[Below(jobs_.size())];
  if (!job.id.has_value()) return;
  const bool unfinished = !job.ended();
  EXPECT_EQ(engine_->Cancel(*job.id), unfinished);
  job.cancel_called |= unfinished;
}

std::string History::Run(Tally& tally) {
  const int node_count = 1 + static_cast<int>(Below(4));
  scarce_memory_ = OneIn(5);
  auto runtime = MakeSimulatedRuntime(
      simulation_, node_count,
      scarce_memory_ ? 60'000 + Below(200'000) : std::uint64_t{64} << 20);
  Runtime& driver = *runtime;
  engine_ = AssembleEngine(std::move(runtime), ChooseScheduler());
  ChooseJobs(node_count);
  stopped_early_ = OneIn(10);
  while (!AllEnded()) {
    Act();
    if (stopped_early_ && OneIn(200)) break;
    if (AnyUnfinished()) driver.RunOnce();
    const EngineStats stats = engine_->GetStats();
    EXPECT_LE(stats.memory_reserved_bytes, stats.memory_budget_bytes);
    if (testing::Test::HasFailure()) break;
  }
  EXPECT_EQ(engine_->Stop(), absl::OkStatus());
  const EngineStats stats = engine_->GetStats();
  EXPECT_EQ(stats.work_outstanding, 0);
  EXPECT_EQ(stats.memory_reserved_bytes, 0u);
  EXPECT_EQ(stats.items_queued + stats.items_running, 0);
  EXPECT_EQ(stats.jobs_queued + stats.jobs_running, 0);
  for (const Job& job : jobs_) {
    if (job.id.has_value()) Check(job);
  }
  CheckLeftovers();
  AddTo(tally);
  const std::string description = Describe();
  engine_.reset();
  return description;
}

void History::Check(const Job& job) {
  static const std::set<std::string> kReasons = {
      "KEYS_UNREADABLE",   "KEYS_INVALID", "DUPLICATE_KEYS",
      "DUPLICATE_KEYS",    "MEMORY_LIMIT", "WRITE_FAILED",
      "CANCELLED",         "STOPPING",     "QUEUE_TIMEOUT",
      "EXECUTION_TIMEOUT", "INTERRUPTED",  "STOPPED_ON_FAILURE"};
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
    const bool sound = Corpus::Get().sets()[item.set].valid && !item.missing;
    if (outcome.result.ok()) {
      EXPECT_TRUE(sound)
          << job.spec.items[static_cast<std::size_t>(index)].name;
      CheckFiles(job, index, *outcome.result);
      continue;
    }
    const absl::Status& status = outcome.result.status();
    EXPECT_EQ(Reasons().count(ReasonOf(status)), 1u) << status;
    if (sound && !faulty_ && !absl::IsCancelled(status)) {
      EXPECT_EQ(ReasonOf(status), "MEMORY_LIMIT") << status;
      EXPECT_TRUE(scarce_memory_ || job.spec.limits.memory_bytes_max > 0);
    }
  }
}

void History::CheckFiles(const Job& job, int index, const TableResult& result) {
  const auto number = static_cast<std::size_t>(index);
  const Item& item = job.items[number];
  const TableRequest& request = job.spec.items[number];
  const Corpus::Files& expected =
      Corpus::Get().Expected(item.set, item.options);
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
void History::CheckLeftovers() {
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

void History::AddTo(Tally& tally) const {
  for (const Job& job : jobs_) {
    if (!job.ended()) continue;
    ++tally.jobs[*job.observer->end()];
    for (const auto& [index, outcome] : job.observer->outcomes()) {
      ++tally.items[ReasonOf(outcome.result.status())];
    }
  }
  tally.faults += simulation_.fault_count();
  tally.memory_waits += engine_->GetStats().memory_waits;
}

std::string History::Describe() const {
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

// A failed CHECK ends the program: the seed is said on the way out.
std::atomic<std::uint64_t> seed_of_the_moment{0};

void SaySeed(int) {
  std::fprintf(stderr, "replay it with PERFECTHASH_SIMULATION_SEED=%llu\n",
               static_cast<unsigned long long>(seed_of_the_moment));
}

std::uint64_t NumberFromEnvironment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 0);
}

TEST(SimulationTest, RandomHistoriesKeepEveryPromise) {
  const std::uint64_t single =
      NumberFromEnvironment("PERFECTHASH_SIMULATION_SEED", 0);
  const std::uint64_t first = single != 0 ? single : 1;
  const std::uint64_t count =
      single != 0 ? 1
                  : NumberFromEnvironment("PERFECTHASH_SIMULATION_SEEDS",
                                          kDefaultSeedCount);
  std::signal(SIGABRT, SaySeed);
  Tally tally;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    seed_of_the_moment = seed;
    SCOPED_TRACE(absl::StrCat("PERFECTHASH_SIMULATION_SEED=", seed));
    const std::string description = History(seed).Run(tally);
    if (testing::Test::HasFailure()) {
      FAIL() << "replay it with PERFECTHASH_SIMULATION_SEED=" << seed << "\n"
             << description;
    }
  }
  for (const auto& [reason, items] : tally.items) {
    std::printf("%8d items %s\n", items,
                reason.empty() ? "succeeded" : reason.c_str());
  }
  std::printf("%8llu faults, %llu waits for memory, %llu histories\n",
              static_cast<unsigned long long>(tally.faults),
              static_cast<unsigned long long>(tally.memory_waits),
              static_cast<unsigned long long>(count));
  if (count < kDefaultSeedCount) return;
  EXPECT_EQ(tally.jobs.size(), 3u);
  EXPECT_GT(tally.memory_waits, 0u);
  for (const std::string& reason : Reasons()) {
    EXPECT_GT(tally.items[reason], 0) << reason << " never came up";
  }
}

TEST(SimulationTest, ASeedReplaysExactly) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Tally tally;
    EXPECT_EQ(History(seed).Run(tally), History(seed).Run(tally))
        << "seed " << seed;
  }
}

}  // namespace
}  // namespace perfecthash
