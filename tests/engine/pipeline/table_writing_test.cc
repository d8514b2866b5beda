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
