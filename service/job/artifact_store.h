#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/base/mutex.h"
#include "service/job/job_record.h"
#include "service/process/task_executor.h"

namespace perfecthash {

// The directories that jobs write their files into, {root}/{job id}/{item},
// and their removal, which is the executor's work.
// Thread-safe. The executor is stopped before it dies.
class ArtifactStore {
 public:
  // What an earlier process left there belongs to jobs that nobody knows any
  // more: it is put aside at once and then removed.
  static absl::StatusOr<std::unique_ptr<ArtifactStore>> Open(
      std::string root, TaskExecutor& executor);

  std::string DirectoryOf(const std::string& job_id) const;

  // Removes what the jobs wrote, and the jobs themselves, at leisure. Their
  // memory goes back to the system, many tables' at a time.
  void Forget(std::vector<std::shared_ptr<JobRecord>> jobs);

  // What is yet to be removed waits for the next process, so that millions of
  // files do not hold up the executor's end.
  void Stop();

 private:
  ArtifactStore(std::string root, TaskExecutor& executor)
      : root_(std::move(root)), executor_(executor) {}

  absl::Status PutAside();
  void Remove(std::vector<std::string> paths,
              std::vector<std::shared_ptr<JobRecord>> jobs);
  // One at a time.
  void Drain();
  void RemoveTree(const std::filesystem::path& path);
  void EndJobs(std::vector<std::shared_ptr<JobRecord>> jobs);

  const std::string root_;
  TaskExecutor& executor_;
  Mutex mutex_;
  std::vector<std::string> paths_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::shared_ptr<JobRecord>> jobs_ ABSL_GUARDED_BY(mutex_);
  bool draining_ ABSL_GUARDED_BY(mutex_) = false;
  std::atomic<bool> stopped_{false};  // relaxed: it orders nothing
  std::size_t items_ended_ = 0;       // since memory was last returned; Drain's
};

}  // namespace perfecthash
