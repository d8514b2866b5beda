#include "service/job/artifact_store.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <latch>
#include <map>

#include "engine/base/error_reason.h"
#include "service/job/job_store.h"
#include "service/transfer/download_session.h"
#include "tests/service/job_builder.h"
#include "tests/support/fake_engine.h"
#include "tests/support/temporary_directory.h"

namespace perfecthash {
namespace {

namespace fs = std::filesystem;

TEST(ArtifactStoreTest, ForgetsDirectoriesAndJobs) {
  const TemporaryDirectory folder;
  TaskExecutor executor({});
  auto store = ArtifactStore::Open(folder / "artifacts", executor);
  ASSERT_TRUE(store.ok()) << store.status();
  CountingListener listener;
  JobDescription description = DescribeJob(1);
  description.artifact_directory = (*store)->DirectoryOf(description.id);
  folder.Write("artifacts/" + description.id + "/0/a.c", "int x;");
  folder.Write("artifacts/other/0/a.c", "int x;");
  auto job = std::make_shared<JobRecord>(std::move(description), &listener);
  const std::weak_ptr<JobRecord> remembered = job;
  const std::string path = job->description().artifact_directory;
  std::vector<std::shared_ptr<JobRecord>> jobs;
  jobs.push_back(std::move(job));
  (*store)->Forget(std::move(jobs));
  executor.Stop();
  EXPECT_FALSE(fs::exists(path));
  EXPECT_TRUE(fs::exists(folder / "artifacts/other"));
  EXPECT_TRUE(remembered.expired());
}

TEST(ArtifactStoreTest, AnEarlierProcessesFilesGo) {
  const TemporaryDirectory folder;
  folder.Write("artifacts/job/0/a.c", "int x;");
  folder.Write("artifacts.old.1/job/0/a.c", "int x;");
  folder.Write("else/a.c", "int x;");
  TaskExecutor executor({});
  const auto store = ArtifactStore::Open(folder / "artifacts", executor);
  ASSERT_TRUE(store.ok()) << store.status();
  executor.Stop();
  std::vector<std::string> left;
  for (const auto& entry : fs::directory_iterator(folder.path())) {
    left.push_back(entry.path().filename().string());
  }
  std::sort(left.begin(), left.end());
  EXPECT_EQ(left, (std::vector<std::string>{"artifacts", "else"}));
  EXPECT_TRUE(fs::is_empty(folder / "artifacts"));
}

TEST(ArtifactStoreTest, AStopLeavesFilesToTheNextProcess) {
  const TemporaryDirectory folder;
  folder.Write("artifacts/job/0/a.c", "int x;");
  TaskExecutor executor({.thread_count = 1});
  std::latch gate(1);
  EXPECT_TRUE(executor.Post([&gate] { gate.wait(); }).ok());
  const auto store = ArtifactStore::Open(folder / "artifacts", executor);
  if (store.ok()) (*store)->Stop();
  gate.count_down();
  executor.Stop();
  ASSERT_TRUE(store.ok()) << store.status();
  int left = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder.path())) {
    if (entry.path().filename() == "a.c") ++left;
  }
  EXPECT_EQ(left, 1);
}

}  // namespace
}  // namespace perfecthash
