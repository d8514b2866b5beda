#include "engine/pipeline/key_reading.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <system_error>

#include "engine/base/error_reason.h"
#include "engine/base/file_bytes.h"
#include "engine/base/status_macros.h"
#include "engine/coroutine/sync_wait.h"
#include "engine/coroutine/task_group.h"
#include "tests/engine/pipeline/pipeline_world.h"

namespace perfecthash {
namespace {

TEST(KeyReadingTest, HoldsTheTablesMemoryWhileTheTableLives) {
  PipelineWorld world;
  world.UseKeyFile(RandomKeys(1000, 3));
  TableContext context = world.Context();
  TableMemory memory;
  const auto keys = world.Run(ReadKeys(context, memory));
  ASSERT_TRUE(keys.ok()) << keys.status();
  EXPECT_EQ(keys->size(), 1000u);
  EXPECT_GE(memory.of_engine.bytes(), 1000u * 4);
  EXPECT_EQ(world.memory.Stats().reserved_bytes, memory.of_engine.bytes());
}

TEST(KeyReadingTest, FailsWhenTheTableExceedsTheJobsMemory) {
  PipelineWorld world;
  world.UseKeys(RandomKeys(1000, 3));
  MemoryBudget small(4096);
  world.job_memory = &small;
  TableContext context = world.Context();
  TableMemory memory;
  const auto keys = world.Run(ReadKeys(context, memory));
  EXPECT_EQ(keys.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ReasonOf(keys.status()), "MEMORY_LIMIT");
  EXPECT_EQ(world.memory.Stats().reserved_bytes, 0u);
}

TEST(KeyReadingTest, ASystemWithoutMemoryFailsTheTableAndKeepsNothing) {
  PipelineWorld world({.faults = {.out_of_memory = 1}});
  world.UseKeyFile(RandomKeys(1000, 3));
  TableContext context = world.Context();
  {
    TableMemory memory;
    const auto keys = world.Run(ReadKeys(context, memory));
    EXPECT_EQ(keys.status().code(), absl::StatusCode::kResourceExhausted);
    EXPECT_EQ(ReasonOf(keys.status()), "MEMORY_LIMIT");
  }
  EXPECT_EQ(world.memory.Stats().reserved_bytes, 0u);
  EXPECT_EQ(world.files().open_file_count(), 0u);
}

TEST(KeyReadingTest, AReadThatHangsEndsWhenTheTableIsCancelled) {
  PipelineWorld world({.faults = {.hang = 1}});
  world.UseKeyFile(RandomKeys(1000, 3));
  TableContext context = world.Context();
  TableMemory memory;
  world.cancel_when_it_hangs = true;
  const auto keys = world.Run(ReadKeys(context, memory));
  EXPECT_EQ(keys.status().code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(ReasonOf(keys.status()), "CANCELLED");
  EXPECT_EQ(world.files().open_file_count(), 0u);
}

TEST(KeyReadingTest, ABestGraphReservesTheTablesThatItMakes) {
  constexpr std::uint64_t kTableBytes = 131'072;  // of 2 bytes, 65,536 times
  std::uint64_t plain_bytes = 0;
  for (const bool is_best_graph : {false, true}) {
    PipelineWorld world;
    world.UseKeys(RandomKeys(30'000, 3));
    if (is_best_graph) world.options().best_graph.emplace();
    TableContext context = world.Context();
    TableMemory memory;
    ASSERT_TRUE(world.Run(ReadKeys(context, memory)).ok());
    const std::uint64_t bytes = memory.of_engine.bytes();
    if (!is_best_graph) plain_bytes = bytes;
    // One is kept, one is measured by the only lane there is room for.
    EXPECT_EQ(bytes, plain_bytes + (is_best_graph ? 2 * kTableBytes : 0));
  }
}

TEST(KeyReadingTest, ReadsTheSameKeysFromFileAndMemory) {
  const std::vector<std::uint32_t> keys = RandomKeys(100, 5);
  PipelineWorld world;
  TableContext context = world.Context();
  TableMemory from_file;
  TableMemory from_memory;
  world.UseKeyFile(keys);
  const auto read = world.Run(ReadKeys(context, from_file));
  world.UseKeys(keys);
  const auto given = world.Run(ReadKeys(context, from_memory));
  ASSERT_TRUE(read.ok() && given.ok());
  EXPECT_EQ(read->keys(), given->keys());
  EXPECT_EQ(
      std::vector<std::uint32_t>(read->keys().begin(), read->keys().end()),
      keys);
}

// Shortens the key file when its table waits for memory, and then gives it.
Task<> ShortenThenRelease(PipelineWorld& world, std::string path,
                          Reservation reservation, std::error_code& refusal) {
  while (world.activity.stage() != TableStage::kMemory) {
    co_await world.node().Schedule();
  }
  std::filesystem::resize_file(path, 4, refusal);
  reservation.ShrinkTo(0);
}

Task<absl::StatusOr<KeySet>> ReadWhatIsShortened(PipelineWorld& world,
                                                 std::string path,
                                                 TableContext& context,
                                                 TableMemory& memory,
                                                 std::error_code& refusal) {
  CO_ASSIGN_OR_RETURN(Reservation all,
                      co_await world.memory.Reserve(
                          world.memory.capacity_bytes(), world.node().port()));
  TaskGroup others;
  others.Start(ShortenThenRelease(world, path, std::move(all), refusal));
  auto keys = co_await ReadKeys(context, memory);
  co_await others.Join();
  co_return keys;
}

TEST(KeyReadingTest, AMappedFileThatShrinksIsAnErrorAndNoSignal) {
  const std::string path =
      testing::TempDir() + "/shrinks_" + std::to_string(::getpid());
  ASSERT_TRUE(WriteFileBytes(path, KeyFileBytes(RandomKeys(10'000, 3))).ok());
  PipelineWorld world;
  world.options().file_io = FileIo::kMapped;
  world.request.keys = KeyFile{path};
  TableContext context = world.Context();
  TableMemory memory;
  std::error_code refusal;
  const auto keys =
      world.Run(ReadWhatIsShortened(world, path, context, memory, refusal));
  std::filesystem::remove(path);
  if (refusal) GTEST_SKIP() << "mapped files do not shrink: " << refusal;
  EXPECT_EQ(keys.status().code(), absl::StatusCode::kAborted);
  EXPECT_EQ(ReasonOf(keys.status()), "KEYS_UNREADABLE");
}

// Gives `reservation` back once the table waits for memory.
Task<> ReleaseToWaiter(PipelineWorld& world, Reservation reservation) {
  while (world.memory.Stats().waits == 0) co_await world.node().Schedule();
  reservation.ShrinkTo(0);
}

Task<absl::StatusOr<KeySet>> ReadAfterAWait(PipelineWorld& world,
                                            TableContext& context,
                                            TableMemory& memory) {
  CO_ASSIGN_OR_RETURN(Reservation all,
                      co_await world.memory.Reserve(
                          world.memory.capacity_bytes(), world.node().port()));
  TaskGroup others;
  others.Start(ReleaseToWaiter(world, std::move(all)));
  auto keys = co_await ReadKeys(context, memory);
  co_await others.Join();
  co_return keys;
}

TEST(KeyReadingTest, AWaitIsCountedInTheClassOfTheBufferForTheKeys) {
  PipelineWorld world;
  world.UseKeyFile(RandomKeys(3000, 3));
  TableContext context = world.Context();
  TableMemory memory;
  ASSERT_TRUE(world.Run(ReadAfterAWait(world, context, memory)).ok());
  const auto classes = world.node().pool().Stats().classes;
  ASSERT_EQ(classes.size(), 1u);
  EXPECT_EQ(classes[0].capacity_bytes, 16'384u);
  EXPECT_EQ(classes[0].waits, 1u);
}

Task<absl::StatusOr<KeySet>> ReadOnNode(TableContext& context,
                                        TableMemory& memory) {
  co_await context.node.Schedule();
  co_return co_await ReadKeys(context, memory);
}

// What its lanes may use on a machine with four cpus.
int LanesWithMemory(std::size_t key_count, std::uint64_t budget_bytes) {
  auto runtime = Runtime::Create({.node_ids = {0}, .threads_per_node = 4});
  CHECK(runtime.ok());
  PipelineWorld world;
  world.UseKeys(LinearKeys(key_count, 1, 7));
  MemoryBudget budget(budget_bytes);
  TableContext context = {.node = (*runtime)->node(0),
                          .request = world.request,
                          .activity = world.activity,
                          .cancel = {},
                          .workspaces = world.Context().workspaces,
                          .engine_memory = budget};
  TableMemory memory;
  const auto keys = SyncWait(ReadOnNode(context, memory));
  EXPECT_TRUE(keys.ok()) << keys.status();
  return memory.lanes_max;
}

TEST(KeyReadingTest, ATableThatFitsWithOneLaneIsNotRefusedForMore) {
  constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;
  EXPECT_EQ(LanesWithMemory(1'000'000, 64 * kMiB), 1);
  EXPECT_EQ(LanesWithMemory(1'000'000, 1024 * kMiB), 4);
  // Small ones share the scratch memory of the workers.
  EXPECT_GT(LanesWithMemory(1000, 64 * kMiB), 4);
}

TEST(KeyReadingTest, SmallTablesGetSmallWriteBuffers) {
  EXPECT_LE(WriteChunkBytes(100), 16u * 1024);
  EXPECT_EQ(WriteChunkBytes(10'000'000), 256u * 1024);
}

}  // namespace
}  // namespace perfecthash
