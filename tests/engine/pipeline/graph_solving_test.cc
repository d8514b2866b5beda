#include "engine/pipeline/graph_solving.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/base/error_reason.h"
#include "engine/coroutine/task_group.h"
#include "tests/engine/pipeline/pipeline_world.h"

namespace perfecthash {
namespace {

// A full graph (as many keys as edges), so that most attempts fail.
std::vector<std::uint32_t> HardKeys() { return RandomKeys(4096, 7); }

std::uint64_t AttemptsWithLanes(int lanes) {
  PipelineWorld world;
  world.UseKeys(HardKeys());
  world.options().solver.hash_function = "Mulshrolate4RX";
  world.options().lanes = {.initial = lanes, .max = lanes};
  const auto result = world.Make();
  EXPECT_TRUE(result.ok()) << result.status();
  return result.ok() ? result->attempts : 0;
}

TEST(GraphSolvingTest, TheLowestSolvedAttemptWinsAtEveryNumberOfLanes) {
  const std::uint64_t alone = AttemptsWithLanes(1);
  EXPECT_EQ(AttemptsWithLanes(2), alone);
  EXPECT_EQ(AttemptsWithLanes(16), alone);
  EXPECT_EQ(AttemptsWithLanes(64), alone);
}

TEST(GraphSolvingTest, EndsWhenTheAllowedAttemptsAreSpent) {
  PipelineWorld world;
  world.UseKeys(HardKeys());
  world.options().solver.hash_function = "MultiplyShiftRX";
  world.options().solver.max_attempts = 1;
  const auto result = world.Make();
  EXPECT_EQ(result.status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(ReasonOf(result.status()), "NO_SOLUTION");
  EXPECT_THAT(std::string(result.status().message()),
              ::testing::HasSubstr("1 attempt"));
  EXPECT_EQ(world.activity.lanes(), 0);
}

// As many keys as edges, regularly spaced: the weak function does not solve
// them in its first 3,000 attempts.
void MakeHopeless(PipelineWorld& world) {
  world.UseKeys(AddressKeys(16'384, 1));
  world.options().solver.hash_function = "MultiplyShiftRX";
}

TEST(GraphSolvingTest, EndsWhenTheTimeIsUp) {
  PipelineWorld world;
  MakeHopeless(world);
  world.options().solve_time_max = std::chrono::microseconds(3);
  const auto result = world.Make();
  EXPECT_EQ(result.status().code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_EQ(ReasonOf(result.status()), "TIME_LIMIT");
  EXPECT_EQ(world.memory.Stats().reserved_bytes, 0u);
}

Task<> CancelLater(Node& node, CancellationSource& cancel) {
  for (int i = 0; i < 5; ++i) co_await node.Schedule();
  cancel.Cancel();
}

Task<absl::StatusOr<TableResult>> MakeAndCancel(TableContext& context,
                                                CancellationSource& cancel) {
  TaskGroup canceller;
  canceller.Start(CancelLater(context.node, cancel));
  auto result = co_await MakeTable(context);
  co_await canceller.Join();
  co_return result;
}

TEST(GraphSolvingTest, EndsAfterACancellation) {
  PipelineWorld world;
  MakeHopeless(world);
  world.options().lanes = {.initial = 4, .max = 4};
  TableContext context = world.Context();
  const auto result = world.Run(MakeAndCancel(context, world.cancel));
  EXPECT_EQ(result.status().code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(ReasonOf(result.status()), "CANCELLED");
  EXPECT_EQ(world.activity.lanes(), 0);
}

TEST(GraphSolvingTest, AddsLanesAsTheRampSays) {
  PipelineWorld world;
  MakeHopeless(world);
  world.options().solver.max_attempts = 400;
  world.options().lanes = {
      .initial = 1, .max = 3, .increase_after = std::chrono::microseconds(20)};
  AsyncSemaphore threads(2);
  world.job_threads = &threads;
  const auto result = world.Make();
  EXPECT_EQ(ReasonOf(result.status()), "NO_SOLUTION");
  EXPECT_EQ(world.activity.attempts(), 400u);
  EXPECT_EQ(world.activity.lanes(), 0);
  EXPECT_EQ(threads.available_count(), 2u);
}

}  // namespace
}  // namespace perfecthash
