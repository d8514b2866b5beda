#include "engine/pipeline/key_reading.h"

#include <gtest/gtest.h>

#include "engine/base/error_reason.h"
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

TEST(KeyReadingTest, SmallTablesGetSmallWriteBuffers) {
  EXPECT_LE(WriteChunkBytes(100), 16u * 1024);
  EXPECT_EQ(WriteChunkBytes(10'000'000), 256u * 1024);
}

}  // namespace
}  // namespace perfecthash
