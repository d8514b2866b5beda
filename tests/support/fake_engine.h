#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/base/error_reason.h"
#include "engine/base/mutex.h"
#include "engine/engine.h"

namespace perfecthash {

// An engine that does what the test says: jobs wait until their items are
// started, finished and ended by hand, or are finished at once. One node.
// Thread-safe, but the calls for one job must not overlap.
class FakeEngine : public Engine {
 public:
  enum class Mode {
    kByHand,
    kAtOnce,  // Submit finishes every item, and the job, before it returns
  };

  explicit FakeEngine(Mode mode = Mode::kByHand) : mode_(mode) {}

  absl::StatusOr<JobId> Submit(JobSpec spec,
                               std::shared_ptr<JobObserver> observer) override {
    JobId id = 0;
    {
      MutexLock lock(mutex_);
      if (!submit_status_.ok()) return submit_status_;
      id = ++last_id_;
      jobs_[id] = {std::move(spec), std::move(observer), 0};
      submitted_.NotifyAll();
    }
    if (mode_ == Mode::kAtOnce) FinishAll(id);
    return id;
  }

  // By default the queued items end as cancelled, and the job with them.
  bool Cancel(JobId id) override {
    const std::shared_ptr<JobObserver> observer = Take(id);
    if (observer == nullptr) return false;
    const int count = static_cast<int>(spec(id).items.size());
    for (int i = 0; i < count; ++i) {
      observer->OnItemFinished(i,
                               {.result = absl::CancelledError("cancelled")});
    }
    observer->OnJobFinished(JobEnd::kCancelled);
    return true;
  }

  absl::Status UpdateJob(JobId id, const JobChange& change) override {
    MutexLock lock(mutex_);
    const auto found = jobs_.find(id);
    if (found == jobs_.end() || found->second.observer == nullptr) {
      return WithReason(absl::FailedPreconditionError("it has finished"),
                        "JOB_FINISHED");
    }
    changes_.push_back(change);
    return absl::OkStatus();
  }

  ConcurrencyLimits ClampLimits(ConcurrencyLimits limits) const override {
    const auto clamp = [](auto value, auto most) {
      return value == 0 || value > most ? most : value;
    };
    return {.tables_max = clamp(limits.tables_max, 64),
            .threads_max = clamp(limits.threads_max, 4),
            .memory_bytes_max =
                clamp(limits.memory_bytes_max, std::uint64_t{1} << 30)};
  }

  JobActivity GetActivity(JobId job) const override {
    MutexLock lock(mutex_);
    JobActivity activity;
    activity.attempts = attempts_;
    return activity;
  }
  EngineStats GetStats() const override { return {}; }
  std::vector<WorkItem> ListWork() const override {
    MutexLock lock(mutex_);
    return work_;
  }
  std::vector<NodeDescription> ListNodes() const override {
    MutexLock lock(mutex_);
    return {{.node_id = 0,
             .cpus = {0, 1},
             .threads = 2,
             .memory_bytes = 1000,
             .schedulable = schedulable_}};
  }
  absl::Status DrainNode(int node_id) override {
    return SetSchedulable(node_id, false);
  }
  absl::Status ResumeNode(int node_id) override {
    return SetSchedulable(node_id, true);
  }
  std::string io_backend() const override { return "fake"; }
  std::string io_backend_reason() const override { return "a test wants it"; }
  int thread_count() const override { return 0; }

  // Cancels what is left, as the real one does.
  absl::Status Stop() override {
    std::vector<JobId> open;
    {
      MutexLock lock(mutex_);
      submit_status_ = absl::UnavailableError("stopping");
      for (const auto& [id, job] : jobs_) {
        if (job.observer != nullptr) open.push_back(id);
      }
    }
    for (const JobId id : open) Cancel(id);
    return absl::OkStatus();
  }

  // ---- What the test does.

  void set_submit_status(absl::Status status) {
    MutexLock lock(mutex_);
    submit_status_ = std::move(status);
  }
  void set_attempts(std::uint64_t attempts) {
    MutexLock lock(mutex_);
    attempts_ = attempts;
  }
  void set_work(std::vector<WorkItem> work) {
    MutexLock lock(mutex_);
    work_ = std::move(work);
  }

  std::vector<JobChange> changes() const {
    MutexLock lock(mutex_);
    return changes_;
  }

  // Blocks until `count` jobs were submitted; the id of the last of them.
  JobId WaitForJobs(JobId count = 1) {
    MutexLock lock(mutex_);
    while (last_id_ < count) submitted_.Wait(mutex_);
    return count;
  }
  JobId last_id() const {
    MutexLock lock(mutex_);
    return last_id_;
  }
  const JobSpec& spec(JobId id) const {
    MutexLock lock(mutex_);
    return jobs_.at(id).spec;
  }
  // The job's observer, without taking the job; null when it has ended.
  std::shared_ptr<JobObserver> observer(JobId id) const {
    MutexLock lock(mutex_);
    return jobs_.at(id).observer;
  }

  static JobObserver::ItemOutcome Success(std::uint64_t key_count = 10) {
    TableResult result;
    result.key_count = key_count;
    result.edge_count = 16;
    result.vertex_count = 32;
    result.hash_function = "Jenkins";
    result.seeds = {1, 2};
    result.attempts = 3;
    return {.node_id = 0,
            .queue_time = std::chrono::milliseconds(1),
            .attempts = 3,
            .result = std::move(result)};
  }
  static JobObserver::ItemOutcome Failure(absl::Status status) {
    return {.node_id = 0, .result = std::move(status)};
  }

  // Starts and finishes one item; the default outcome is a success.
  void Finish(JobId id, int index,
              JobObserver::ItemOutcome outcome = Success()) {
    const std::shared_ptr<JobObserver> told = observer(id);
    told->OnItemStarted(index, 0);
    told->OnItemFinished(index, std::move(outcome));
  }
  void End(JobId id, JobEnd end = JobEnd::kCompleted) {
    Take(id)->OnJobFinished(end);
  }
  void FinishAll(JobId id) {
    const int count = static_cast<int>(spec(id).items.size());
    for (int i = 0; i < count; ++i) Finish(id, i);
    End(id);
  }

 private:
  struct Job {
    JobSpec spec;
    std::shared_ptr<JobObserver> observer;
    std::uint64_t attempts = 0;
  };

  std::shared_ptr<JobObserver> Take(JobId id) {
    MutexLock lock(mutex_);
    const auto found = jobs_.find(id);
    if (found == jobs_.end()) return nullptr;
    return std::exchange(found->second.observer, nullptr);
  }

  absl::Status SetSchedulable(int node_id, bool schedulable) {
    if (node_id != 0) {
      return WithReason(absl::InvalidArgumentError("no such node"),
                        "NODE_UNKNOWN");
    }
    MutexLock lock(mutex_);
    schedulable_ = schedulable;
    return absl::OkStatus();
  }

  const Mode mode_;
  mutable Mutex mutex_;
  Condition submitted_;
  absl::Status submit_status_ ABSL_GUARDED_BY(mutex_);
  JobId last_id_ ABSL_GUARDED_BY(mutex_) = 0;
  std::uint64_t attempts_ ABSL_GUARDED_BY(mutex_) = 0;
  std::vector<WorkItem> work_ ABSL_GUARDED_BY(mutex_);
  std::vector<JobChange> changes_ ABSL_GUARDED_BY(mutex_);
  bool schedulable_ ABSL_GUARDED_BY(mutex_) = true;
  std::map<JobId, Job> jobs_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace perfecthash
