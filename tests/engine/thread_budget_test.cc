// The threads of an engine under load: as many as it said.

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "engine/engine.h"
#include "tests/support/key_sets.h"
#include "tests/support/recording_observer.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/thread_facts.h"

namespace perfecthash {
namespace {

// One that was started may have no name yet; one that was joined may stay
// listed for a moment.
void WaitForThreads(int count) {
  const auto deadline =
      std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (NamedThreadCount() != count &&
         std::chrono::steady_clock::now() < deadline) {
    std::this_thread::yield();
  }
  ASSERT_EQ(NamedThreadCount(), count);
}

JobSpec MakeJob(int count, const TableOptions& options,
                const std::string& output_directory) {
  JobSpec spec;
  const auto shared = std::make_shared<const TableOptions>(options);
  for (int i = 0; i < count; ++i) {
    const auto keys = std::make_shared<const std::vector<std::uint8_t>>(
        KeyFileBytes(RandomKeys(200, static_cast<std::uint64_t>(i))));
    spec.items.push_back(
        {.name = "set" + std::to_string(i),
         .keys = KeyBytes{keys},
         .options = shared,
         .output_directory = output_directory + "/" + std::to_string(i)});
  }
  return spec;
}

struct Begun {
  JobId id;
  std::shared_ptr<RecordingObserver> observer;
};
Begun Begin(Engine& engine, JobSpec spec) {
  const auto observer =
      std::make_shared<RecordingObserver>(static_cast<int>(spec.items.size()));
  const auto id = engine.Submit(std::move(spec), observer);
  EXPECT_TRUE(id.ok()) << id.status();
  return {id.value_or(0), observer};
}

class ThreadBudgetTest : public testing::TestWithParam<IoBackend> {};

TEST_P(ThreadBudgetTest, UnderLoadNoThreadComesOrGoes) {
  const TemporaryDirectory directory;
  auto engine =
      Engine::Start({.threads_per_node = 3, .io_backend = GetParam()});
  if (absl::IsUnavailable(engine.status())) GTEST_SKIP() << engine.status();
  ASSERT_TRUE(engine.ok()) << engine.status();
  const int budget = (*engine)->thread_count();
  EXPECT_GE(budget, 3);
  WaitForThreads(budget);

  TableOptions endless;  // the best of solutions without number
  endless.best_graph = {.predicate = {}, .solutions_max = 0};
  endless.lanes = {.initial = 8, .max = 8};
  endless.file_io = FileIo::kNone;
  const Begun solving = Begin(**engine, MakeJob(2, endless, ""));
  const Begun writing = Begin(**engine, MakeJob(40, {}, directory.path()));
  int look_count = 0;
  while (!writing.observer->end().has_value()) {
    ASSERT_EQ(NamedThreadCount(), budget);
    ++look_count;
    std::this_thread::yield();
  }
  EXPECT_GT(look_count, 0);
  EXPECT_EQ(writing.observer->succeeded(), 40);
  EXPECT_TRUE((*engine)->Cancel(solving.id));
  solving.observer->WaitForEnd();
  EXPECT_EQ((*engine)->Stop(), absl::OkStatus());
  engine->reset();
  WaitForThreads(0);
}

INSTANTIATE_TEST_SUITE_P(Backends, ThreadBudgetTest,
                         testing::Values(IoBackend::kThreads,
                                         IoBackend::kIoUring,
                                         IoBackend::kIocp));

}  // namespace
}  // namespace perfecthash
