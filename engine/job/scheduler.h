#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/base/mutex.h"
#include "engine/coroutine/task.h"
#include "engine/job/active_job.h"
#include "engine/job/job_activity.h"
#include "engine/job/job_change.h"
#include "engine/job/job_queue.h"
#include "engine/job/node_selector.h"
#include "engine/job/node_slots.h"
#include "engine/job/running_tables.h"
#include "engine/job/stall_watch.h"
#include "engine/job/stalled_table.h"
#include "engine/pipeline/table_pipeline.h"
#include "engine/runtime/node_timer.h"
#include "engine/runtime/runtime.h"

namespace perfecthash {

// How a table is made: by MakeTable, or by a test's fake.
using MakeTableFunction =
    std::function<Task<absl::StatusOr<TableResult>>(TableContext& context)>;

#ifdef NDEBUG
inline constexpr bool kDebugChecks = false;
#else
inline constexpr bool kDebugChecks = true;
#endif

struct SchedulerOptions {
  int queued_items_max = 100'000;
  // Tables at once on a node; an eighth of it on top, in reserve for jobs that
  // have nothing running.
  int tables_max_per_node = 64;
  NodePolicy::Mode node_policy = NodePolicy::Mode::kRoundRobin;
  MakeTableFunction make_table = {};
  // Looks at every count and list after every step, in time proportional to
  // the unfinished jobs. The sums of each step and of each job's end are looked
  // at in any case.
  bool checks_every_step = kDebugChecks;
  // How long a table may go without progress before on_stall is told; 0 = for
  // ever.
  std::chrono::nanoseconds stall_after{0};
  // Called by workers and by callers, without a lock; may be empty.
  std::function<void(const StalledTable&)> on_stall = {};
};

struct SchedulerStats {
  std::vector<std::int64_t> items_running_on_node;
  NodeSet schedulable;
  std::int64_t work_outstanding = 0;
  std::int64_t jobs_queued = 0;
  std::int64_t jobs_running = 0;
  std::int64_t items_queued = 0;
  std::int64_t items_running = 0;
  std::uint64_t items_succeeded = 0;
  std::uint64_t items_failed = 0;
  std::uint64_t items_cancelled = 0;
  std::uint64_t attempts = 0;
};

// Starts the tables of all jobs on the nodes of a runtime, by the order of
// JobQueue, and tells their observers. It has no thread: it acts when a job
// arrives or is changed, when a table ends, and when a worker of the first node
// finds that a job's time is out or a table stalls. Decisions are made under
// one lock; what follows from them (telling, starting, cancelling) is done
// after it is released.
//
// What keeps a job alive is its tokens: one while items of it are queued and
// one for each table that runs, which dies when the table's end has been
// posted to the job's reporter. So the last token ends the job, once.
//
// Thread-safe. The runtime and the workspaces outlive it; the runtime has
// stopped when it dies.
class Scheduler final : private NodeTimer {
 public:
  Scheduler(Runtime& runtime, WorkspacePool& workspaces,
            SchedulerOptions options);
  ~Scheduler();

  // Queues a job whose fields are valid. ResourceExhausted QUEUE_FULL,
  // Unavailable STOPPING, InvalidArgument NODE_UNKNOWN or TOO_MANY_ITEMS (more
  // than the queue ever takes).
  absl::StatusOr<JobId> Submit(JobSpec spec,
                               std::shared_ptr<JobObserver> observer);

  bool Cancel(JobId job);

  // FailedPrecondition JOB_FINISHED, also for one that never was. The values
  // are valid.
  absl::Status UpdateJob(JobId job, const JobChange& change);

  // What is queued for a drained node alone waits. InvalidArgument
  // NODE_UNKNOWN; success if it is so already.
  absl::Status DrainNode(int node_id);
  absl::Status ResumeNode(int node_id);

  // Those of the engine: what a job can get at most.
  const ConcurrencyLimits& limits() const { return limits_; }

  JobActivity GetActivity(JobId job) const;
  SchedulerStats GetStats() const;
  std::vector<WorkItem> ListWork() const;  // oldest first

  // Refuses new jobs, cancels the unfinished ones and waits for them. Not to be
  // called by a worker. Internal error naming what is left: a bug.
  absl::Status Stop();

 private:
  class TableGuard;

  // A job that was stopped: its queued items, and the token they held.
  struct StoppedJob {
    std::shared_ptr<ActiveJob> job;
    std::vector<int> items;
    WorkToken token;
  };
  // What was decided under the lock, to be done without it.
  struct Decisions {
    std::vector<StoppedJob> stopped;
    std::vector<RunningTable*> starts;
    std::vector<WorkItem> stalls;
    bool wake_timer = false;  // something is due earlier than before
  };

  // NodeTimer.
  CompletionPort::Clock::time_point next_due() const override;
  void RunDue() override;

  QueueTime Now() const;
  static ActiveJob& JobOf(QueuedJob& job);
  absl::StatusOr<std::shared_ptr<ActiveJob>> MakeActiveJob(
      JobSpec spec, std::shared_ptr<JobObserver> observer);

  void Decide(QueueTime now, Decisions& decisions)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void StopExpired(QueueTime now, Decisions& decisions)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void StartTables(QueueTime now, Decisions& decisions)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void StopJob(ActiveJob& job, JobEnd end, absl::Status reason,
               Decisions& decisions) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void CheckStep() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void CheckEverything() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Apply(Decisions decisions);
  void TellStall(WorkItem table) const;
  bool IsStalled(const WorkItem& table) const;

  static Task<> RunTable(Scheduler& scheduler, TableGuard guard);
  void EndTable(RunningTable& table, absl::StatusOr<TableResult> result);
  void EndJob(JobId id);
  void ForgetJob(JobId id);
  absl::Status WaitForJobs();

  Runtime& runtime_;
  const SchedulerOptions options_;
  const ConcurrencyLimits limits_;
  WorkspacePool& workspaces_;
  NodeSelector selector_;
  // Relaxed, all three: they are looked at, and order nothing.
  std::atomic<JobId> last_id_{0};
  std::atomic<std::int64_t> work_outstanding_{0};
  std::atomic<QueueTime::rep> next_due_{QueueTime::max().count()};

  mutable Mutex mutex_;
  Condition all_ended_;
  JobQueue queue_ ABSL_GUARDED_BY(mutex_);
  std::map<JobId, std::shared_ptr<ActiveJob>> jobs_ ABSL_GUARDED_BY(mutex_);
  RunningTables running_ ABSL_GUARDED_BY(mutex_);
  StallWatch stalls_ ABSL_GUARDED_BY(mutex_);
  NodeSlots slots_ ABSL_GUARDED_BY(mutex_);
  SchedulerStats ended_ ABSL_GUARDED_BY(mutex_);  // counters of what has ended
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace perfecthash
