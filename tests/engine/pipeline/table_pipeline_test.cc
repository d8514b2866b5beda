#include "engine/pipeline/table_pipeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/base/error_reason.h"
#include "tests/engine/pipeline/pipeline_world.h"

namespace perfecthash {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(TablePipelineTest, MakesAVerifiedTableAndWritesItsFiles) {
  PipelineWorld world;
  world.UseKeyFile(RandomKeys(500, 1));
  const auto result = world.Make();
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->key_count, 500u);
  EXPECT_EQ(result->edge_count, 512u);
  EXPECT_EQ(result->vertex_count, 1024u);
  ASSERT_THAT(result->files, Not(IsEmpty()));
  for (const WrittenFile& file : result->files) {
    const auto contents = world.files().Contents("/out/keys/" + file.filename);
    ASSERT_TRUE(contents.has_value()) << file.filename;
    EXPECT_EQ(contents->size(), file.size_bytes) << file.filename;
    const Sha256Digest digest = Sha256(absl::MakeConstSpan(
        reinterpret_cast<const std::uint8_t*>(contents->data()),
        contents->size()));
    EXPECT_EQ(ToHex(digest), ToHex(file.sha256)) << file.filename;
  }
  EXPECT_EQ(world.memory.Stats().reserved_bytes, 0u);
}

TEST(TablePipelineTest, ComputesTheSameDigestWithoutWriting) {
  PipelineWorld writing;
  writing.UseKeys(RandomKeys(500, 1));
  PipelineWorld computing;
  computing.UseKeys(RandomKeys(500, 1));
  computing.options().file_io = FileIo::kNone;
  const auto written = writing.Make();
  const auto computed = computing.Make();
  ASSERT_TRUE(written.ok() && computed.ok());
  EXPECT_EQ(ToHex(written->digest), ToHex(computed->digest));
  EXPECT_THAT(computed->files, IsEmpty());
  EXPECT_THAT(computing.files().Paths(), IsEmpty());
}

TEST(TablePipelineTest, NamesAKeyFileThatIsNotThere) {
  PipelineWorld world;
  world.request.keys = KeyFile{"/in/absent.keys"};
  const auto result = world.Make();
  EXPECT_EQ(result.status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(ReasonOf(result.status()), "KEYS_UNREADABLE");
  EXPECT_THAT(std::string(result.status().message()),
              HasSubstr("/in/absent.keys"));
}

TEST(TablePipelineTest, RefusesAKeyFileOfOddLength) {
  PipelineWorld world;
  world.files().AddFile("/in/odd.keys", "12345");
  world.request.keys = KeyFile{"/in/odd.keys"};
  const auto result = world.Make();
  EXPECT_EQ(result.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ReasonOf(result.status()), "KEYS_INVALID");
}

TEST(TablePipelineTest, ReportsUnknownHashFunctionAsAnOptionError) {
  PipelineWorld world;
  world.UseKeys(RandomKeys(10, 1));
  world.options().solver.hash_function = "NoSuchFunction";
  const auto result = world.Make();
  EXPECT_EQ(ReasonOf(result.status()), "OPTIONS_INVALID");
  EXPECT_THAT(std::string(result.status().message()),
              HasSubstr("NoSuchFunction"));
}

TEST(TablePipelineTest, LeavesNoFileWhenTheDiskFillsUp) {
  SimulationOptions simulation;
  simulation.disk_bytes_max = 20'000;
  PipelineWorld world(simulation);
  world.UseKeys(RandomKeys(2'000, 1));
  const auto result = world.Make();
  EXPECT_EQ(result.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ReasonOf(result.status()), "WRITE_FAILED");
  EXPECT_THAT(world.files().Paths(), IsEmpty());
  EXPECT_EQ(world.memory.Stats().reserved_bytes, 0u);
}

}  // namespace
}  // namespace perfecthash
