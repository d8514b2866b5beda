#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "engine/base/mutex.h"
#include "engine/job/job_observer.h"
#include "perfecthash/v1/job.pb.h"
#include "service/job/job_listener.h"
#include "service/job/job_update.h"

namespace perfecthash {

// What a job was made from. Immutable once its record exists.
struct JobDescription {
  std::string id;  // of the name "jobs/{id}"
  // What never changes: name, kind, labels, options, node policy, create_time,
  // output_path; and limits and scheduling policy as they are at first.
  v1::Job head;
  std::vector<std::string> item_ids;
  // Where the engine writes: item i into "{artifact_directory}/{i}". Empty when
  // the files are not ours to hand out (a server directory, or none at all).
  std::string artifact_directory;
};

// The state of one job and its items, as the engine reports it. Every visible
// change raises `revision` by one, and finished items are remembered in their
// order, so that a watch can go on from any revision.
// Thread-safe. The engine's workers write; they hold the lock for a few moves.
class JobRecord : public JobObserver,
                  public std::enable_shared_from_this<JobRecord> {
 public:
  // `listener` outlives the record.
  JobRecord(JobDescription description, JobListener* listener);

  // JobObserver.
  void OnItemStarted(int index, int node_id) override;
  void OnItemFinished(int index, ItemOutcome outcome) override;
  void OnJobFinished(JobEnd end) override;

  // How to ask the engine about the running job; given once it is submitted.
  struct EngineLink {
    JobId id = 0;
    std::function<std::uint64_t()> count_attempts;
    std::function<void()> cancel;
    std::function<absl::Status(const JobChange&)> update = {};
  };
  void Attach(EngineLink link);
  // Null before Attach and when the job has finished.
  std::optional<JobId> engine_id() const;
  // Takes a look at the engine's counters, as attempts rise without any event;
  // not too often, as it takes a lock of the engine.
  void RefreshAttempts(std::chrono::steady_clock::time_point now);
  // Marks the job as CANCELLING and tells the engine. Idempotent; nothing
  // happens when the job has finished.
  void Cancel(const std::string& reason);

  // Tells the engine, then shows it. FailedPrecondition JOB_FINISHED, or the
  // engine's refusal.
  absl::Status Update(const JobUpdate& update);

  const JobDescription& description() const { return description_; }
  const std::string& name() const { return description_.head.name(); }
  std::size_t item_count() const { return description_.item_ids.size(); }

  struct View {
    v1::Job::State state = v1::Job::STATE_QUEUED;
    std::int64_t revision = 0;
    std::size_t finished_item_count = 0;
    bool finished = false;
  };
  View GetView() const;
  v1::JobItem::State ItemState(int index) const;
  // The outcome of a finished item, which lives as long as the record; null
  // before.
  const ItemOutcome* Outcome(int index) const;

  // The items in the order in which they finished.
  struct FinishedItem {
    std::int64_t revision = 0;
    int index = 0;
  };
  // Position of the first item that finished after `revision`.
  std::size_t FinishedPosition(std::int64_t revision) const;
  std::vector<FinishedItem> FinishedItems(std::size_t position,
                                          std::size_t count_max) const;

  void FillProgress(v1::JobProgress* progress) const;
  void FillJob(v1::Job* job) const;

  // Bookkeeping of WatchFanout (the memory order is explained there).
  struct FanoutMark {
    std::atomic<int> subscriber_count{0};
    std::atomic<bool> change_pending{false};
  };
  FanoutMark& fanout_mark() { return fanout_mark_; }

 private:
  using Clock = std::chrono::system_clock;

  struct Item {
    v1::JobItem::State state = v1::JobItem::STATE_QUEUED;
    std::unique_ptr<const ItemOutcome> outcome;
  };
  struct NodeCounts {
    int node_id = 0;
    std::int64_t running = 0;
    std::int64_t done = 0;
  };
  struct Counts {
    std::int64_t queued = 0;
    std::int64_t running = 0;
    std::int64_t succeeded = 0;
    std::int64_t failed = 0;
    std::int64_t cancelled = 0;
  };

  void ReadAttempts();
  NodeCounts& CountsOfNode(int node_id) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void CountFinished(const ItemOutcome& outcome, Item& item)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void SetEnd(JobEnd end) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void FillProgressLocked(v1::JobProgress* progress) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool FinishedLocked() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const JobDescription description_;
  JobListener* const listener_;
  const Clock::time_point create_time_;
  FanoutMark fanout_mark_;
  // Held while the engine is told, so that its order of updates is the one that
  // is shown. No observer takes it.
  Mutex update_mutex_;

  mutable Mutex mutex_;
  v1::Job settings_ ABSL_GUARDED_BY(mutex_);  // limits and scheduling policy
  v1::Job::State state_ ABSL_GUARDED_BY(mutex_) = v1::Job::STATE_QUEUED;
  std::int64_t revision_ ABSL_GUARDED_BY(mutex_) = 1;
  Counts counts_ ABSL_GUARDED_BY(mutex_);
  std::vector<NodeCounts> nodes_ ABSL_GUARDED_BY(mutex_);
  std::uint64_t keys_done_ ABSL_GUARDED_BY(mutex_) = 0;
  std::uint64_t attempts_ ABSL_GUARDED_BY(mutex_) = 0;
  std::chrono::steady_clock::time_point attempts_time_ ABSL_GUARDED_BY(mutex_);
  std::uint64_t attempts_of_ended_ ABSL_GUARDED_BY(mutex_) = 0;
  Clock::time_point start_time_ ABSL_GUARDED_BY(mutex_);
  Clock::time_point end_time_ ABSL_GUARDED_BY(mutex_);
  absl::Status error_ ABSL_GUARDED_BY(mutex_);
  std::string cancel_reason_ ABSL_GUARDED_BY(mutex_);
  // Sized once, so that outcomes may be read without the lock.
  std::vector<Item> items_ ABSL_GUARDED_BY(mutex_);
  std::vector<FinishedItem> finished_items_ ABSL_GUARDED_BY(mutex_);
  std::optional<EngineLink> link_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace perfecthash
