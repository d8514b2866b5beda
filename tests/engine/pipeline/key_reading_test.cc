#include "engine/pipeline/key_reading.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "engine/base/error_reason.h"
#include "engine/base/file_bytes.h"
#include "engine/base/status_macros.h"
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
                          Reservation reservation) {
  while (world.activity.stage() != TableStage::kMemory) {
    co_await world.node().Schedule();
  }
  std::filesystem::resize_file(path, 4);
  reservation.ShrinkTo(0);
}

Task<absl::StatusOr<KeySet>> ReadWhatIsShortened(PipelineWorld& world,
                                                 std::string path,
                                                 TableContext& context,
                                                 TableMemory& memory) {
  CO_ASSIGN_OR_RETURN(Reservation all,
                      co_await world.memory.Reserve(
                          world.memory.capacity_bytes(), world.node().port()));
  TaskGroup others;
  others.Start(ShortenThenRelease(world, path, std::move(all)));
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
  const auto keys =
      world.Run(ReadWhatIsShortened(world, path, context, memory));
  std::filesystem::remove(path);
  EXPECT_EQ(keys.status().code(), absl::StatusCode::kAborted);
  EXPECT_EQ(ReasonOf(keys.status()), "KEYS_UNREADABLE");
}

TEST(KeyReadingTest, SmallTablesGetSmallWriteBuffers) {
  EXPECT_LE(WriteChunkBytes(100), 16u * 1024);
  EXPECT_EQ(WriteChunkBytes(10'000'000), 256u * 1024);
}

}  // namespace
}  // namespace perfecthash
