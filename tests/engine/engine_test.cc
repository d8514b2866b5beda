#include "engine/engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/base/error_reason.h"
#include "engine/engine_assembly.h"
#include "tests/support/key_sets.h"
#include "tests/support/recording_observer.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/thread_facts.h"

namespace perfecthash {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class EngineTest : public testing::Test {
 protected:
  std::string Path(const std::string& name) const { return directory_ / name; }

  std::string WriteKeys(const std::string& name,
                        const std::vector<std::uint32_t>& keys) const {
    const std::vector<std::uint8_t> bytes = KeyFileBytes(keys);
    std::ofstream(Path(name), std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
    return Path(name);
  }

  // `count` key files of a few to some hundred keys.
  JobSpec MakeBulk(int count, const std::string& output,
                   const TableOptions& options = {}) const {
    JobSpec spec;
    const auto shared = std::make_shared<const TableOptions>(options);
    for (int i = 0; i < count; ++i) {
      const std::string name = absl::StrCat("set", i);
      const auto size = static_cast<std::size_t>(1 + i * i % 700);
      spec.items.push_back(
          {.name = name,
           .keys = KeyFile{WriteKeys(
               name, RandomKeys(size, static_cast<std::uint64_t>(i)))},
           .options = shared,
           .output_directory = Path(absl::StrCat(output, "/", name))});
    }
    return spec;
  }

  // The best of solutions without number: tables that are never done.
  JobSpec MakeEndless(int count) const {
    TableOptions options;
    options.best_graph = {.predicate = {}, .solutions_max = 0};
    JobSpec spec;
    const std::string path = WriteKeys("endless", RandomKeys(20'000, 1));
    for (int i = 0; i < count; ++i) {
      spec.items.push_back(
          {.name = "endless",
           .keys = KeyFile{path},
           .options = std::make_shared<const TableOptions>(options),
           .output_directory = ""});
    }
    return spec;
  }

  static std::unique_ptr<Engine> Start(EngineOptions options = {}) {
    auto engine = Engine::Start(std::move(options));
    EXPECT_TRUE(engine.ok()) << engine.status();
    return *std::move(engine);
  }

  static std::shared_ptr<RecordingObserver> Run(Engine& engine, JobSpec spec) {
    const auto observer = Begin(engine, std::move(spec)).second;
    observer->WaitForEnd();
    return observer;
  }

  static std::pair<JobId, std::shared_ptr<RecordingObserver>> Begin(
      Engine& engine, JobSpec spec) {
    const auto observer = std::make_shared<RecordingObserver>(
        static_cast<int>(spec.items.size()));
    const auto id = engine.Submit(std::move(spec), observer);
    EXPECT_TRUE(id.ok()) << id.status();
    return {id.value_or(0), observer};
  }

  // Relative path -> content of every file below a directory.
  std::map<std::string, std::string> ReadTree(const std::string& name) const {
    std::map<std::string, std::string> tree;
    const std::filesystem::path root = Path(name);
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(root)) {
      if (!entry.is_regular_file()) continue;
      std::ifstream file(entry.path(), std::ios::binary);
      tree[entry.path().lexically_relative(root).generic_string()] = {
          std::istreambuf_iterator<char>(file), {}};
    }
    return tree;
  }

  const TemporaryDirectory directory_;
};

void ExpectIdle(const Engine& engine) {
  const EngineStats stats = engine.GetStats();
  EXPECT_EQ(stats.work_outstanding, 0);
  EXPECT_EQ(stats.memory_reserved_bytes, 0u);
  EXPECT_EQ(stats.items_running + stats.items_queued, 0);
  for (const auto& node : stats.nodes) {
    for (const BufferClassStats& buffers : node.buffer_classes) {
      EXPECT_EQ(buffers.in_use_count, 0u) << buffers.capacity_bytes;
    }
  }
}

TEST_F(EngineTest, BytesAreTheSameAtEveryConcurrencyOnEveryBackend) {
  std::map<std::string, std::string> expected;
  for (const IoBackend backend :
       {IoBackend::kThreads, IoBackend::kIoUring, IoBackend::kIocp}) {
    auto engine = Engine::Start({.threads_per_node = 2, .io_backend = backend});
    if (absl::IsUnavailable(engine.status())) {
      std::printf("skipped: %s\n", engine.status().ToString().c_str());
      continue;
    }
    ASSERT_TRUE(engine.ok()) << engine.status();
    for (const FileIo file_io : {FileIo::kOverlapped, FileIo::kMapped}) {
      for (const int concurrency : {1, 2, 64}) {
        const std::string output =
            absl::StrCat((*engine)->io_backend(), "_",
                         static_cast<int>(file_io), "_", concurrency);
        SCOPED_TRACE(output);
        TableOptions options;
        options.file_io = file_io;
        options.lanes = {.initial = concurrency,
                         .max = concurrency,
                         .increase_after = milliseconds(0)};
        JobSpec spec = MakeBulk(60, output, options);
        spec.limits.tables_max = concurrency;
        const auto observer = Run(**engine, spec);
        EXPECT_EQ(observer->succeeded(), 60);
        const auto tree = ReadTree(output);
        EXPECT_GE(tree.size(), 60u * 3);
        if (expected.empty()) expected = tree;
        EXPECT_TRUE(tree == expected);
        ExpectIdle(**engine);
      }
    }
    EXPECT_EQ((*engine)->Stop(), absl::OkStatus());
  }
}

TEST_F(EngineTest, TheBestGraphIsTheSameOnOneThreadAndOnMany) {
  std::optional<TableResult> expected;
  const std::string path = WriteKeys("dense", RandomKeys(3'900, 1));
  for (const int threads : {1, 4}) {
    const auto engine = Start({.threads_per_node = threads});
    for (const int lanes : {1, 16}) {
      TableOptions options;
      options.file_io = FileIo::kNone;
      options.best_graph = {.predicate = *FindCoveragePredicate("HighestScore"),
                            .solutions_max = 300};
      options.lanes = {.initial = lanes, .max = lanes};
      JobSpec spec;
      spec.items.push_back(
          {.name = "dense",
           .keys = KeyFile{path},
           .options = std::make_shared<const TableOptions>(options),
           .output_directory = ""});
      const auto observer = Run(*engine, spec);
      const auto& result = observer->outcomes().at(0).result;
      ASSERT_TRUE(result.ok()) << result.status();
      if (!expected.has_value()) expected = *result;
      EXPECT_EQ(result->digest, expected->digest);
      EXPECT_EQ(result->attempts, expected->attempts);
      EXPECT_EQ(result->attempt_counts.solved, 300u);
      EXPECT_EQ(result->attempt_counts.total(),
                expected->attempt_counts.total());
      EXPECT_GE(result->attempts_made, result->attempt_counts.total());
      EXPECT_GT(result->times.search.count(), 0);
      ExpectIdle(*engine);
    }
  }
}

TEST_F(EngineTest, ResultsDescribeTheFilesAndComputingAloneGivesTheSameTables) {
  const auto engine = Start();
  const auto written = Run(*engine, MakeBulk(20, "out"));
  TableOptions none;
  none.file_io = FileIo::kNone;
  const auto computed = Run(*engine, MakeBulk(20, "none", none));
  const auto tree = ReadTree("out");
  std::size_t file_count = 0;
  for (int i = 0; i < 20; ++i) {
    const auto& result = written->outcomes().at(i).result;
    ASSERT_TRUE(result.ok()) << result.status();
    for (const WrittenFile& file : result->files) {
      const std::string& content =
          tree.at(absl::StrCat("set", i, "/", file.filename));
      EXPECT_EQ(content.size(), file.size_bytes);
      ++file_count;
    }
    const auto& other = computed->outcomes().at(i).result;
    ASSERT_TRUE(other.ok()) << other.status();
    EXPECT_EQ(result->digest, other->digest);
    EXPECT_EQ(result->seeds, other->seeds);
    EXPECT_EQ(result->attempts, other->attempts);
    EXPECT_THAT(other->files, IsEmpty());
  }
  EXPECT_EQ(file_count, tree.size());
  EXPECT_FALSE(std::filesystem::exists(Path("none")));
}

TEST_F(EngineTest, OneBadItemFailsAlone) {
  const auto engine = Start();
  JobSpec spec = MakeBulk(5, "out");
  spec.items[1].keys = KeyFile{Path("missing")};
  std::ofstream(Path("odd"), std::ios::binary) << "12345";
  spec.items[3].keys = KeyFile{Path("odd")};
  const auto observer = Run(*engine, spec);
  EXPECT_EQ(observer->end(), JobEnd::kCompleted);
  EXPECT_EQ(observer->succeeded(), 3);
  const auto& outcomes = observer->outcomes();
  EXPECT_EQ(ReasonOf(outcomes.at(1).result.status()), "KEYS_UNREADABLE");
  EXPECT_THAT(outcomes.at(1).result.status().ToString(),
              HasSubstr(Path("missing")));
  EXPECT_EQ(ReasonOf(outcomes.at(3).result.status()), "KEYS_INVALID");
  EXPECT_FALSE(std::filesystem::exists(Path("out/set3")));
}

TEST_F(EngineTest, ATableLargerThanTheJobsMemoryFailsAlone) {
  const auto engine = Start();
  JobSpec spec = MakeBulk(5, "out");
  spec.items[2].keys = KeyFile{WriteKeys("large", RandomKeys(100'000, 1))};
  spec.limits.memory_bytes_max = 1 << 20;
  const auto observer = Run(*engine, spec);
  EXPECT_EQ(observer->succeeded(), 4);
  EXPECT_THAT(observer->Reasons(), ElementsAre("MEMORY_LIMIT"));
  ExpectIdle(*engine);
}

TEST_F(EngineTest, CancellationReachesTheSolver) {
  const auto engine = Start();
  const auto [id, observer] = Begin(*engine, MakeEndless(20));
  while (engine->GetActivity(id).attempts == 0) std::this_thread::yield();
  const auto work = engine->ListWork();
  ASSERT_THAT(work, Not(IsEmpty()));
  EXPECT_EQ(work[0].name, "endless");
  const auto cancelled_at = std::chrono::steady_clock::now();
  EXPECT_TRUE(engine->Cancel(id));
  EXPECT_EQ(observer->WaitForEnd(), JobEnd::kCancelled);
  // A slice is about 1 ms; the rest is for a busy machine.
  EXPECT_LT(std::chrono::steady_clock::now() - cancelled_at,
            milliseconds(2000));
  EXPECT_EQ(observer->cancelled(), 20);
  EXPECT_FALSE(engine->Cancel(id));
}

TEST_F(EngineTest, TimeRunsOutInRealTimeToo) {
  const auto engine = Start({.threads_per_node = 1, .tables_max_per_node = 1});
  JobSpec endless = MakeEndless(2);
  endless.scheduling.execution_timeout = milliseconds(300);
  const auto running = Begin(*engine, endless).second;
  JobSpec queued = MakeBulk(3, "out");
  queued.scheduling.queue_timeout = milliseconds(30);
  EXPECT_EQ(Run(*engine, queued)->end(), JobEnd::kExpired);
  EXPECT_FALSE(running->end().has_value());
  EXPECT_EQ(running->WaitForEnd(), JobEnd::kExpired);
  EXPECT_THAT(running->Reasons(), ElementsAre("EXECUTION_TIMEOUT"));
}

TEST_F(EngineTest, TimeRunsOutWhileEveryWorkerSleeps) {
  const auto engine = Start();
  for (const NodeDescription& node : engine->ListNodes()) {
    ASSERT_EQ(engine->DrainNode(node.node_id), absl::OkStatus());
  }
  JobSpec queued = MakeBulk(3, "out");
  queued.scheduling.queue_timeout = milliseconds(30);
  EXPECT_EQ(Run(*engine, queued)->end(), JobEnd::kExpired);
}

TEST_F(EngineTest, TheTimeLimitHoldsWithinALongAttempt) {
  // With that much room the first attempt goes through all of the keys, which
  // takes longer than the limit.
  TableOptions options;
  options.solver.hash_function = "Jenkins";
  options.solver.initial_table_resizes = 3;
  options.solve_time_max = milliseconds(1);
  options.file_io = FileIo::kNone;
  JobSpec spec;
  spec.items.push_back(
      {.name = "large",
       .keys = KeyFile{WriteKeys("large", LinearKeys(1'000'000, 1, 3))},
       .options = std::make_shared<const TableOptions>(options),
       .output_directory = ""});
  const auto engine = Start();
  const auto observer = Run(*engine, spec);
  EXPECT_THAT(observer->Reasons(), ElementsAre("TIME_LIMIT"));
  EXPECT_EQ(MetadataOf(observer->outcomes().at(0).result.status())["attempts"],
            "0");
}

TEST_F(EngineTest, StopEndsWhatRuns) {
  const auto engine = Start();
  const auto endless = Begin(*engine, MakeEndless(100)).second;
  const auto bulk = Begin(*engine, MakeBulk(50, "out")).second;
  EXPECT_EQ(engine->Stop(), absl::OkStatus());
  EXPECT_EQ(endless->end(), JobEnd::kCancelled);
  EXPECT_TRUE(bulk->end().has_value());
  ExpectIdle(*engine);
  EXPECT_EQ(ReasonOf(engine->Submit(MakeBulk(1, "late"), bulk).status()),
            "STOPPING");
  EXPECT_EQ(engine->Stop(), absl::OkStatus());
}

// A thread that was joined may stay listed for a moment.
void ExpectThreads(int count) {
  const auto deadline =
      std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (NamedThreadCount() != count &&
         std::chrono::steady_clock::now() < deadline) {
    std::this_thread::yield();
  }
  EXPECT_EQ(NamedThreadCount(), count);
}

TEST_F(EngineTest, AllThreadsAreStartedAtOnceAndNoMore) {
  ExpectThreads(0);
  const auto engine = Start({.threads_per_node = 3});
  ExpectThreads(engine->thread_count());
  Run(*engine, MakeBulk(100, "out"));
  ExpectThreads(engine->thread_count());
  const auto nodes = engine->ListNodes();
  ASSERT_THAT(nodes, Not(IsEmpty()));
  EXPECT_EQ(nodes[0].threads, 3);
  EXPECT_THAT(nodes[0].cpus, Not(IsEmpty()));
}

TEST_F(EngineTest, BuffersWithGuardPagesGiveTheSameFiles) {
  Run(*Start(), MakeBulk(20, "without"));
  Run(*Start({.buffer_guard = NodePages::Guard::kTrailingPage}),
      MakeBulk(20, "with"));
  EXPECT_EQ(ReadTree("with"), ReadTree("without"));
}

// As the engine starts it: one byte too many in a buffer ends the program.
void OverrunABuffer(const EngineOptions& options) {
  auto runtime = Runtime::Create(RuntimeOptionsOf(options));
  CHECK(runtime.ok());
  const auto buffer = (*runtime)->node(0).pool().Take(4096, "too few");
  CHECK(buffer.ok());
  volatile std::uint8_t* const behind = buffer->data() + 4096;
  *behind = 1;
}

TEST(EngineDeathTest, AnOverrunTrapsWhereBuffersHaveGuardPages) {
  EXPECT_DEATH(
      OverrunABuffer({.buffer_guard = NodePages::Guard::kTrailingPage}), "");
}

TEST_F(EngineTest, ABadSpecIsRefusedWithoutATrace) {
  const auto engine = Start();
  JobSpec spec = MakeBulk(2, "out");
  spec.scheduling.priority = 7;
  const auto observer = std::make_shared<RecordingObserver>(0);
  const absl::Status status = engine->Submit(spec, observer).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ReasonOf(status), "INVALID_FIELD");
  EXPECT_EQ(observer.use_count(), 1);
  ExpectIdle(*engine);
}

TEST_F(EngineTest, LimitsAreClamped) {
  const auto engine = Start({.threads_per_node = 2});
  const int nodes = static_cast<int>(engine->ListNodes().size());
  const ConcurrencyLimits limits =
      engine->ClampLimits({.tables_max = 5, .threads_max = 1'000});
  EXPECT_EQ(limits.tables_max, 5);
  EXPECT_EQ(limits.threads_max, 2 * nodes);
  EXPECT_EQ(limits.memory_bytes_max, engine->GetStats().memory_budget_bytes);
}

TEST_F(EngineTest, BadOptionsAreRefusedByName) {
  const auto message = [](EngineOptions options) {
    return std::string(Engine::Start(std::move(options)).status().message());
  };
  EXPECT_THAT(message({.node_ids = {0, 4711}}), HasSubstr("4711"));
  EXPECT_THAT(message({.threads_per_node = -1}), HasSubstr("threads_per_node"));
  EXPECT_THAT(message({.queued_items_max = 0}), HasSubstr("queued_items_max"));
  EXPECT_THAT(message({.tables_max_per_node = 0}),
              HasSubstr("tables_max_per_node"));
  EXPECT_THAT(message({.stall_after = milliseconds(-1)}),
              HasSubstr("stall_after"));
  EXPECT_THAT(message({.node_policy = NodePolicy::Mode::kServerDefault}),
              HasSubstr("node_policy"));
}

TEST_F(EngineTest, AJobLargerThanTheQueueIsRefusedForGood) {
  const auto engine = Start({.queued_items_max = 10});
  const auto observer = std::make_shared<RecordingObserver>(0);
  const absl::Status status =
      engine->Submit(MakeBulk(11, "out"), observer).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ReasonOf(status), "TOO_MANY_ITEMS");
}

}  // namespace
}  // namespace perfecthash
