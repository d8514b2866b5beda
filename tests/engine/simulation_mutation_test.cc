// Shows that the simulation finds bugs: each kind is planted in turn, and the
// histories must fail, within so many seeds. tests/mutation/ plants more of
// them, in the product's own text.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/engine/simulation_corpus.h"
#include "tests/engine/simulation_history.h"
#include "tests/support/faulty_port.h"

namespace perfecthash {
namespace {

using testing::AllOf;
using testing::AnyOf;
using testing::HasSubstr;

constexpr std::uint64_t kSeedsMax = 100;

std::uint64_t seed_of_the_moment = 0;

// On the standard error, where a death test listens; also on the way out of a
// CHECK that failed.
void SayWhatFailed(int) {
  const testing::TestResult& result =
      *testing::UnitTest::GetInstance()->current_test_info()->result();
  for (int i = 0; i < result.total_part_count(); ++i) {
    std::fprintf(stderr, "%s\n", result.GetTestPartResult(i).message());
  }
  std::fprintf(stderr, "found by seed %llu\n",
               static_cast<unsigned long long>(seed_of_the_moment));
}

using MakeHooks = SimulationHooks (*)(std::uint64_t seed);

// Runs histories until one fails, and ends the process: 0 if none does.
[[noreturn]] void FindBug(MakeHooks make_hooks) {
  std::signal(SIGABRT, SayWhatFailed);
  for (std::uint64_t seed = 1; seed <= kSeedsMax; ++seed) {
    seed_of_the_moment = seed;
    SimulationTally tally;
    SimulationHistory(seed, make_hooks(seed)).Run(tally);
    if (!testing::Test::HasFailure()) continue;
    SayWhatFailed(0);
    std::_Exit(1);
  }
  std::_Exit(0);
}

// No regular expressions: on Windows they know no alternatives.
auto FoundBy(const std::string& what) {
  return AllOf(HasSubstr(what), HasSubstr("found by seed"));
}

// Whether the history itself or the engine's stop notices it first.
auto NoEnd() {
  return AnyOf(FoundBy("nothing will happen any more"),
               FoundBy("wait for what will never happen"));
}

bool Failed(int exit_status) { return exit_status != 0; }

template <FaultyPort::Bug bug>
SimulationHooks FaultyPorts(std::uint64_t seed) {
  SimulationHooks hooks;
  hooks.wrap_port = [seed](std::unique_ptr<CompletionPort> port) {
    return std::make_unique<FaultyPort>(std::move(port), bug, seed % 30);
  };
  return hooks;
}

// What tables took and never gave back.
std::vector<Buffer>& LeakedBuffers() {
  static auto& leaked = *new std::vector<Buffer>;
  return leaked;
}
std::vector<Reservation>& LeakedReservations() {
  static auto& leaked = *new std::vector<Reservation>;
  return leaked;
}
std::vector<SemaphoreUnits>& LeakedUnits() {
  static auto& leaked = *new std::vector<SemaphoreUnits>;
  return leaked;
}

Task<absl::StatusOr<TableResult>> LeakBuffer(TableContext& context) {
  auto result = co_await MakeTable(context);
  auto buffer = context.node.pool().Take(1, "a planted leak");
  if (buffer.ok()) LeakedBuffers().push_back(*std::move(buffer));
  co_return result;
}

Task<absl::StatusOr<TableResult>> LeakReservation(TableContext& context) {
  auto result = co_await MakeTable(context);
  auto bytes = co_await context.engine_memory.Reserve(1, context.node.port());
  if (bytes.ok()) LeakedReservations().push_back(*std::move(bytes));
  co_return result;
}

// Of a job with a limit of threads: a unit that is out until after its end.
Task<absl::StatusOr<TableResult>> LeakThread(TableContext& context) {
  auto result = co_await MakeTable(context);
  if (context.job_threads != nullptr) {
    LeakedUnits().push_back(context.job_threads->TryAcquire(1));
  }
  co_return result;
}

// Waits for what nobody will give it, and hears of no cancellation: its token
// stays alive.
Task<absl::StatusOr<TableResult>> NeverEnd(TableContext& context) {
  static auto& nothing = *new AsyncSemaphore(1);
  static auto& taken = *new SemaphoreUnits(nothing.TryAcquire(1));
  EXPECT_EQ(taken.count(), 1u);
  auto result = co_await MakeTable(context);
  if (!result.ok()) co_return result;
  const auto units = co_await nothing.Acquire(1, context.node.port());
  co_return result;
}

template <Task<absl::StatusOr<TableResult>> (*make_table)(TableContext&)>
SimulationHooks Tables(std::uint64_t) {
  return {.make_table = make_table};
}

class SimulationMutationDeathTest : public testing::Test {
 protected:
  // Before the process divides: it takes a moment.
  void SetUp() override { SimulationCorpus::Get(); }
};

TEST_F(SimulationMutationDeathTest, WithoutABugNothingIsFound) {
  EXPECT_EXIT(FindBug([](std::uint64_t) { return SimulationHooks{}; }),
              testing::ExitedWithCode(0), "");
}

TEST_F(SimulationMutationDeathTest, ALostCompletionIsFound) {
  EXPECT_EXIT(FindBug(FaultyPorts<FaultyPort::Bug::kLostCompletion>), Failed,
              NoEnd());
}

TEST_F(SimulationMutationDeathTest, ADoubleCompletionIsFound) {
  // Or a sanitizer sees first that the task is gone.
  EXPECT_EXIT(FindBug(FaultyPorts<FaultyPort::Bug::kDoubleCompletion>), Failed,
              AnyOf(FoundBy("CHECK failed"), HasSubstr("heap-use-after-free")));
}

TEST_F(SimulationMutationDeathTest, ALostWakeUpIsFound) {
  EXPECT_EXIT(FindBug(FaultyPorts<FaultyPort::Bug::kLostWakeUp>), Failed,
              NoEnd());
}

TEST_F(SimulationMutationDeathTest, ALeakedBufferIsFound) {
  EXPECT_EXIT(FindBug(Tables<LeakBuffer>), Failed,
              AllOf(FoundBy("buffer_bytes"), FoundBy("a planted leak")));
}

TEST_F(SimulationMutationDeathTest, ALeakedReservationIsFound) {
  EXPECT_EXIT(FindBug(Tables<LeakReservation>), Failed,
              FoundBy("bytes of memory are still reserved"));
}

TEST_F(SimulationMutationDeathTest, ALeakedThreadIsFound) {
  EXPECT_EXIT(FindBug(Tables<LeakThread>), Failed, FoundBy("CHECK failed"));
}

TEST_F(SimulationMutationDeathTest, ATokenThatNeverDiesIsFound) {
  EXPECT_EXIT(FindBug(Tables<NeverEnd>), Failed, NoEnd());
}

}  // namespace
}  // namespace perfecthash
