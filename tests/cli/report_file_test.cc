#include "cli/report_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "cli/exit_code.h"
#include "tests/cli/cli_process.h"

namespace perfecthash {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ReportFileTest : public testing::Test {
 protected:
  std::unique_ptr<ReportFile> Create(const std::string& name) {
    auto file = ReportFile::Create(directory_.path() + "/" + name);
    EXPECT_TRUE(file.ok()) << file.status();
    return *std::move(file);
  }

  TemporaryDirectory directory_;
};

TEST_F(ReportFileTest, AppearsWholeWhenItIsCommitted) {
  directory_.Write("a.csv", "old");
  const auto file = Create("a.csv");
  EXPECT_EQ(file->format(), ReportFormat::kCsv);
  file->Write("one,");
  file->Write("two");
  EXPECT_EQ(directory_.Read("a.csv"), "old");
  EXPECT_EQ(file->Commit(), absl::OkStatus());
  EXPECT_EQ(directory_.Read("a.csv"), "one,two");
  EXPECT_THAT(directory_.List(""), ElementsAre("a.csv"));
}

TEST_F(ReportFileTest, NothingIsThereBeforeTheFirstWrite) {
  const auto file = Create("a.csv");
  EXPECT_THAT(directory_.List(""), IsEmpty());
  file->Write("one");
  EXPECT_THAT(directory_.List(""), testing::SizeIs(1));
  EXPECT_EQ(file->Commit(), absl::OkStatus());
  EXPECT_EQ(Create("empty.csv")->Commit(), absl::OkStatus());
  EXPECT_THAT(directory_.List(""), ElementsAre("a.csv", "empty.csv"));
}

TEST_F(ReportFileTest, ALinkStaysOneAndAPipeIsRefused) {
  std::filesystem::create_symlink("real", directory_.path() + "/link.csv");
  const auto file = Create("link.csv");
  file->Write("one");
  EXPECT_EQ(file->Commit(), absl::OkStatus());
  EXPECT_THAT(directory_.List(""), ElementsAre("link.csv", "real"));
  EXPECT_EQ(directory_.Read("real"), "one");
  std::filesystem::create_symlink("/dev/null", directory_.path() + "/no.csv");
  EXPECT_EQ(
      ExitCodeOf(ReportFile::Create(directory_.path() + "/no.csv").status()),
      ExitCode::kUsage);
}

TEST_F(ReportFileTest, APlaceThatIsGoneByThenIsAnError) {
  directory_.Write("x/file", "");
  const auto file = Create("x/a.csv");
  std::filesystem::remove_all(directory_.path() + "/x");
  file->Write("text");
  EXPECT_EQ(file->Commit().code(), absl::StatusCode::kNotFound);
}

TEST_F(ReportFileTest, LeavesNothingWhenItIsNot) {
  Create("a.json")->Write("half");
  EXPECT_THAT(directory_.List(""), IsEmpty());
}

TEST_F(ReportFileTest, ThePlaceIsTriedAtOnce) {
  const auto file = ReportFile::Create(directory_.path() + "/none/a.csv");
  EXPECT_EQ(file.status().code(), absl::StatusCode::kNotFound);
}

TEST_F(ReportFileTest, WhatCannotBeWrittenIsAnErrorAndLeavesNothing) {
  const auto file = Create("a.csv");
  directory_.Write("a.csv/file", "");  // a directory is in the way by then
  file->Write("text");
  EXPECT_FALSE(file->Commit().ok());
  EXPECT_THAT(directory_.List(""), ElementsAre("a.csv/file"));
}

TEST_F(ReportFileTest, TheExtensionSaysTheFormat) {
  EXPECT_EQ(*ReportFormatOf("x.json"), ReportFormat::kJson);
  for (const char* path : {"", "x", "x.CSV", "csv"}) {
    const auto format = ReportFormatOf(path);
    EXPECT_EQ(ExitCodeOf(format.status()), ExitCode::kUsage) << path;
  }
}

}  // namespace
}  // namespace perfecthash
