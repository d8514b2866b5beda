#include "engine/pipeline/table_writing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/base/error_reason.h"
#include "tests/engine/pipeline/pipeline_world.h"

namespace perfecthash {
namespace {

GeneratedFile FileOf(const std::string& filename, const std::string& text) {
  std::vector<std::unique_ptr<ByteSource>> sections;
  sections.push_back(std::make_unique<TextSource>(text));
  return GeneratedFile(filename, ArtifactKind::kC, std::move(sections));
}

std::vector<GeneratedFile> TwoFiles() {
  std::vector<GeneratedFile> files;
  files.push_back(FileOf("a.h", "first"));
  files.push_back(FileOf("b.c", std::string(10'000, 'x')));
  return files;
}

TEST(TableWritingTest, WritesFilesLargerThanTheChunkWhole) {
  PipelineWorld world;
  TableContext context = world.Context();
  std::vector<GeneratedFile> files = TwoFiles();
  const auto written = world.Run(WriteFiles(context, files, 4096));
  ASSERT_TRUE(written.ok()) << written.status();
  EXPECT_EQ(world.files().Contents("/out/keys/a.h"), "first");
  EXPECT_EQ(world.files().Contents("/out/keys/b.c"), std::string(10'000, 'x'));
  EXPECT_EQ(written->at(1).size_bytes, 10'000u);
}

TEST(TableWritingTest, RemovesWhatItWroteWhenAFileCannotBeWritten) {
  PipelineWorld world;
  TableContext context = world.Context();
  world.files().Deny("/out/keys/b.c");
  std::vector<GeneratedFile> files = TwoFiles();
  const auto written = world.Run(WriteFiles(context, files, 4096));
  EXPECT_EQ(written.status().code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(ReasonOf(written.status()), "WRITE_FAILED");
  EXPECT_THAT(world.files().Paths(), ::testing::IsEmpty());
}

TEST(TableWritingTest, ASystemWithoutMemoryIsAnErrorWithItsReason) {
  PipelineWorld world({.faults = {.out_of_memory = 1}});
  TableContext context = world.Context();
  std::vector<GeneratedFile> files = TwoFiles();
  const auto written = world.Run(WriteFiles(context, files, 4096));
  EXPECT_EQ(written.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ReasonOf(written.status()), "MEMORY_LIMIT");
  EXPECT_THAT(world.files().Paths(), ::testing::IsEmpty());
}

// In some seeds when the first file is there already.
TEST(TableWritingTest, RemovesWhatItWroteWhenAWriteHangsAndIsCancelled) {
  int cancelled = 0;
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    SCOPED_TRACE(seed);
    PipelineWorld world({.seed = seed, .faults = {.hang = 0.1}});
    world.cancel_when_it_hangs = true;
    TableContext context = world.Context();
    std::vector<GeneratedFile> files = TwoFiles();
    const auto written = world.Run(WriteFiles(context, files, 4096));
    EXPECT_EQ(world.files().open_file_count(), 0u);
    if (written.ok()) continue;
    ++cancelled;
    EXPECT_EQ(ReasonOf(written.status()), "CANCELLED");
    EXPECT_THAT(world.files().Paths(), ::testing::IsEmpty());
  }
  EXPECT_GT(cancelled, 10);
}

TEST(TableWritingTest, RemovesWhatItWroteAfterACancellation) {
  PipelineWorld world;
  TableContext context = world.Context();
  world.cancel.Cancel();
  std::vector<GeneratedFile> files = TwoFiles();
  const auto written = world.Run(WriteFiles(context, files, 4096));
  EXPECT_EQ(written.status().code(), absl::StatusCode::kCancelled);
  EXPECT_THAT(world.files().Paths(), ::testing::IsEmpty());
}

}  // namespace
}  // namespace perfecthash
