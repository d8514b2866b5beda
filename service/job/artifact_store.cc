#include "service/job/artifact_store.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/base/os_error.h"
#include "engine/base/status_macros.h"
#include "service/process/process_facts.h"
#include "service/rpc/uuid.h"

namespace perfecthash {
namespace {

namespace fs = std::filesystem;

// Some megabytes.
constexpr std::size_t kItemsPerTrim = 10'000;

absl::Status ToStatus(const std::error_code& error, const std::string& doing) {
  return error ? OsErrorToStatus(error.value(), doing) : absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<ArtifactStore>> ArtifactStore::Open(
    std::string root, TaskExecutor& executor) {
  std::unique_ptr<ArtifactStore> store(
      new ArtifactStore(std::move(root), executor));
  RETURN_IF_ERROR(store->PutAside());
  return store;
}

absl::Status ArtifactStore::PutAside() {
  std::error_code error;
  const fs::path root(root_);
  const std::string aside_prefix = root.filename().string() + ".old.";
  if (fs::exists(root, error)) {
    fs::rename(root, absl::StrCat(root_, ".old.", NewUuid()), error);
    RETURN_IF_ERROR(ToStatus(error, "put aside " + root_));
  }
  fs::create_directories(root, error);
  RETURN_IF_ERROR(ToStatus(error, "create " + root_));
  // Also those that an earlier process did not get round to.
  std::vector<std::string> old;
  for (const auto& entry : fs::directory_iterator(root.parent_path(), error)) {
    if (entry.path().filename().string().starts_with(aside_prefix)) {
      old.push_back(entry.path().string());
    }
  }
  if (!old.empty()) Remove(std::move(old), {});
  return ToStatus(error, "list " + root.parent_path().string());
}

std::string ArtifactStore::DirectoryOf(const std::string& job_id) const {
  return absl::StrCat(root_, "/", job_id);
}

void ArtifactStore::Forget(std::vector<std::shared_ptr<JobRecord>> jobs) {
  std::vector<std::string> paths;
  for (const auto& job : jobs) {
    const std::string& path = job->description().artifact_directory;
    if (!path.empty()) paths.push_back(path);
  }
  Remove(std::move(paths), std::move(jobs));
}

void ArtifactStore::Remove(std::vector<std::string> paths,
                           std::vector<std::shared_ptr<JobRecord>> jobs) {
  {
    MutexLock lock(mutex_);
    std::move(paths.begin(), paths.end(), std::back_inserter(paths_));
    std::move(jobs.begin(), jobs.end(), std::back_inserter(jobs_));
    if (std::exchange(draining_, true)) return;
  }
  if (executor_.Post([this] { Drain(); }).ok()) return;
  // Busy or stopping: the next removal, or the next process, takes it along.
  MutexLock lock(mutex_);
  draining_ = false;
}

void ArtifactStore::Drain() {
  while (true) {
    std::string path;
    std::vector<std::shared_ptr<JobRecord>> jobs;  // end here, not elsewhere
    {
      MutexLock lock(mutex_);
      std::swap(jobs, jobs_);
      if (jobs.empty() && paths_.empty()) {
        draining_ = false;
        return;
      }
      if (!paths_.empty()) {
        path = std::move(paths_.back());
        paths_.pop_back();
      }
    }
    EndJobs(std::move(jobs));
    if (!path.empty()) RemoveTree(path);
  }
}

void ArtifactStore::RemoveTree(const fs::path& path) {
  std::error_code ignored;  // what stays goes at the next start
  if (fs::is_directory(fs::symlink_status(path, ignored))) {
    for (fs::directory_iterator entry(path, ignored), end;
         !ignored && entry != end; entry.increment(ignored)) {
      if (stopped_.load(std::memory_order_relaxed)) return;
      RemoveTree(entry->path());
    }
  }
  fs::remove(path, ignored);
}

void ArtifactStore::Stop() { stopped_.store(true, std::memory_order_relaxed); }

void ArtifactStore::EndJobs(std::vector<std::shared_ptr<JobRecord>> jobs) {
  for (const auto& job : jobs) items_ended_ += job->item_count();
  jobs.clear();
  if (items_ended_ < kItemsPerTrim) return;
  items_ended_ = 0;
  ReturnFreeMemory();
}

}  // namespace perfecthash
