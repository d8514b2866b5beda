#include "cli/artifact_writer.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/cli/cli_process.h"

namespace perfecthash {
namespace {

std::string Digest(const std::string& text) {
  const Sha256Digest digest =
      Sha256({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  return std::string(digest.begin(), digest.end());
}

v1::Artifact Describe(int item, const std::string& filename,
                      const std::string& content) {
  v1::Artifact artifact;
  artifact.set_name("jobs/j/items/" + std::to_string(item) + "/artifacts/" +
                    filename);
  artifact.set_filename(filename);
  artifact.set_size_bytes(static_cast<std::int64_t>(content.size()));
  artifact.set_sha256(Digest(content));
  return artifact;
}

v1::DownloadPart Whole(int item, const std::string& filename,
                       const std::string& content) {
  v1::DownloadPart part;
  *part.mutable_whole()->mutable_artifact() = Describe(item, filename, content);
  part.mutable_whole()->set_content(content);
  return part;
}

v1::DownloadPart Header(const v1::Artifact& artifact) {
  v1::DownloadPart part;
  *part.mutable_header() = artifact;
  return part;
}

v1::DownloadPart Chunk(const std::string& bytes) {
  v1::DownloadPart part;
  part.set_chunk(bytes);
  return part;
}

v1::DownloadPart End() {
  v1::DownloadPart part;
  part.set_finish(true);
  return part;
}

class ArtifactWriterTest : public testing::Test {
 protected:
  TemporaryDirectory directory_;
  ArtifactWriter writer_{[this](int item) -> absl::StatusOr<std::string> {
    return directory_.path() + "/" + std::to_string(item);
  }};
};

TEST_F(ArtifactWriterTest, WholeAndChunkedFilesAreWritten) {
  EXPECT_TRUE(writer_.Take(Whole(0, "a.h", "int a;")).ok());
  EXPECT_TRUE(writer_.Take(Header(Describe(1, "b.table", "12345"))).ok());
  EXPECT_TRUE(writer_.Take(Chunk("123")).ok());
  EXPECT_TRUE(writer_.Take(Chunk("45")).ok());
  EXPECT_FALSE(writer_.Finish().ok());
  EXPECT_TRUE(writer_.Take(End()).ok());
  EXPECT_TRUE(writer_.Finish().ok());
  EXPECT_EQ(directory_.Read("0/a.h"), "int a;");
  EXPECT_EQ(directory_.Read("1/b.table"), "12345");
  EXPECT_EQ(writer_.item_count(), 2);
  EXPECT_EQ(writer_.file_count(), 2);
  EXPECT_EQ(writer_.byte_count(), 11);
}

TEST_F(ArtifactWriterTest, ALinkIsWrittenThrough) {
  directory_.Write("0/real.h", "old");
  std::filesystem::create_symlink("real.h", directory_.path() + "/0/a.h");
  EXPECT_TRUE(writer_.Take(Whole(0, "a.h", "int a;")).ok());
  EXPECT_EQ(directory_.Read("0/real.h"), "int a;");
}

TEST_F(ArtifactWriterTest, ADamagedFileIsNotWritten) {
  v1::DownloadPart part = Whole(0, "a.h", "int a;");
  part.mutable_whole()->set_content("int b;");
  EXPECT_EQ(writer_.Take(part).code(), absl::StatusCode::kDataLoss);
  EXPECT_TRUE(directory_.List("").empty());
}

TEST_F(ArtifactWriterTest, NamesThatLeaveTheDirectoryAreRefused) {
  for (const char* name : {"../a.h", "/etc/a.h", "", ".", "..", "sub/a.h"}) {
    EXPECT_FALSE(writer_.Take(Whole(0, name, "x")).ok()) << name;
  }
  EXPECT_TRUE(directory_.List("").empty());
}

TEST_F(ArtifactWriterTest, PartsOutOfOrderAreRefused) {
  EXPECT_FALSE(writer_.Take(Chunk("x")).ok());
  EXPECT_FALSE(writer_.Take(End()).ok());
  EXPECT_FALSE(writer_.Take(v1::DownloadPart()).ok());
  EXPECT_TRUE(writer_.Take(Header(Describe(0, "a", "12"))).ok());
  EXPECT_FALSE(writer_.Take(Header(Describe(0, "b", "12"))).ok());
  EXPECT_FALSE(writer_.Take(Whole(0, "c", "12")).ok());
  EXPECT_FALSE(writer_.Take(Chunk("123")).ok());
}

TEST_F(ArtifactWriterTest, AHugeHeaderReservesNothing) {
  v1::Artifact artifact = Describe(0, "a", "");
  artifact.set_size_bytes(std::int64_t{1} << 60);
  EXPECT_FALSE(writer_.Take(Header(artifact)).ok());
}

TEST_F(ArtifactWriterTest, ForgettingAnItemTakesItsFilesOffTheCount) {
  EXPECT_TRUE(writer_.Take(Whole(0, "a", "1")).ok());
  EXPECT_TRUE(writer_.Take(Whole(1, "b", "22")).ok());
  EXPECT_TRUE(writer_.Take(Header(Describe(1, "c", "333"))).ok());
  writer_.ForgetItem();
  EXPECT_EQ(writer_.item_count(), 1);
  EXPECT_EQ(writer_.byte_count(), 1);
  EXPECT_TRUE(writer_.Take(Whole(1, "b", "22")).ok());
  EXPECT_EQ(writer_.item_count(), 2);
  EXPECT_EQ(writer_.file_count(), 2);
}

TEST(ItemIndexTest, OnlyArtifactNamesHaveOne) {
  EXPECT_EQ(*ItemIndexOf("jobs/a/items/12/artifacts/x.h"), 12);
  EXPECT_FALSE(ItemIndexOf("jobs/a/items/-1/artifacts/x.h").ok());
  EXPECT_FALSE(ItemIndexOf("jobs/a/items/1").ok());
  EXPECT_FALSE(ItemIndexOf("").ok());
}

TEST(RelativePathTest, ItemIdsMayHaveDirectoriesButNotLeaveTheirs) {
  EXPECT_TRUE(CheckRelativePath("a").ok());
  EXPECT_TRUE(CheckRelativePath("System32/a..b").ok());
  for (const char* path : {"", "/a", "a/", "a//b", "../a", "a/../../b", "."}) {
    EXPECT_FALSE(CheckRelativePath(path).ok()) << path;
  }
}

}  // namespace
}  // namespace perfecthash
