#include "engine/job/scheduler.h"

#include <algorithm>
#include <list>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/base/check.h"
#include "engine/base/error_reason.h"
#include "engine/base/status_macros.h"
#include "engine/job/job_admission.h"
#include "engine/job/job_setup.h"
#include "engine/job/stop_reason.h"

namespace perfecthash {
namespace {

constexpr QueueTime kNever = QueueTime::max();

std::vector<int> NodeIds(const Runtime& runtime) {
  std::vector<int> ids;
  for (const auto& node : runtime.nodes()) ids.push_back(node->id());
  return ids;
}

// All that there is.
ConcurrencyLimits LimitsOf(Runtime& runtime, const SchedulerOptions& options) {
  const int node_count = static_cast<int>(runtime.nodes().size());
  return {.tables_max = node_count * options.tables_max_per_node,
          .threads_max = std::max(runtime.worker_count(), node_count),
          .memory_bytes_max = runtime.budget().capacity_bytes()};
}

Task<> WakeUp() { co_return; }

}  // namespace

// Makes sure that a started table ends: by End(), or when this dies, as it
// does when the table's task never ran.
class Scheduler::TableGuard {
 public:
  TableGuard(Scheduler& scheduler, RunningTable& table)
      : scheduler_(scheduler), table_(&table) {}
  TableGuard(TableGuard&& other) noexcept
      : scheduler_(other.scheduler_),
        table_(std::exchange(other.table_, nullptr)) {}
  TableGuard& operator=(TableGuard&&) = delete;
  ~TableGuard() {
    if (table_ != nullptr) End(absl::InternalError("the table was abandoned"));
  }

  RunningTable& table() { return *table_; }
  void End(absl::StatusOr<TableResult> result) {
    scheduler_.EndTable(*std::exchange(table_, nullptr), std::move(result));
  }

 private:
  Scheduler& scheduler_;
  RunningTable* table_;
};

Scheduler::Scheduler(Runtime& runtime, WorkspacePool& workspaces,
                     SchedulerOptions options)
    : runtime_(runtime),
      options_(std::move(options)),
      limits_(LimitsOf(runtime, options_)),
      workspaces_(workspaces),
      selector_(NodeIds(runtime), options_.node_policy),
      queue_(options_.queued_items_max),
      stalls_(options_.on_stall ? options_.stall_after
                                : std::chrono::nanoseconds(0)),
      slots_(runtime.nodes().size(), options_.tables_max_per_node) {
  runtime_.node(0).SetTimer(this);
}

Scheduler::~Scheduler() {
  MutexLock lock(mutex_);
  CHECK(jobs_.empty() && running_.empty());
  CHECK(work_outstanding_.load(std::memory_order_relaxed) == 0);
}

QueueTime Scheduler::Now() const {
  return runtime_.node(0).Now().time_since_epoch();
}

ActiveJob& Scheduler::JobOf(QueuedJob& job) {
  return static_cast<ActiveJob&>(job);  // it queues no others
}

absl::StatusOr<std::shared_ptr<ActiveJob>> Scheduler::MakeActiveJob(
    JobSpec spec, std::shared_ptr<JobObserver> observer) {
  ASSIGN_OR_RETURN(ActiveJob::Setup setup,
                   SetUpJob(std::move(spec), selector_, limits_));
  setup.id = last_id_.fetch_add(1, std::memory_order_relaxed) + 1;
  setup.observer = std::move(observer);
  setup.on_last_token = [this, id = setup.id] { EndJob(id); };
  setup.on_ended = [this, id = setup.id] { ForgetJob(id); };
  setup.work_outstanding = &work_outstanding_;
  return std::make_shared<ActiveJob>(std::move(setup));
}

absl::StatusOr<JobId> Scheduler::Submit(JobSpec spec,
                                        std::shared_ptr<JobObserver> observer) {
  ASSIGN_OR_RETURN(const std::shared_ptr<ActiveJob> job,
                   MakeActiveJob(std::move(spec), std::move(observer)));
  Decisions decisions;
  {
    MutexLock lock(mutex_);
    if (stopping_) {
      return WithReason(
          absl::UnavailableError("the engine is stopping and takes no jobs"),
          "STOPPING");
    }
    RETURN_IF_ERROR(CheckRoom(queue_, job->item_count()));
    jobs_.emplace(job->id, job);
    job->queue_token = job->account.Open();
    const QueueTime now = Now();
    queue_.Push(*job, now);
    Decide(now, decisions);
  }
  Apply(std::move(decisions));
  return job->id;
}

bool Scheduler::Cancel(JobId id) {
  Decisions decisions;
  {
    MutexLock lock(mutex_);
    const auto found = jobs_.find(id);
    if (found == jobs_.end() || !found->second->in_queue()) return false;
    StopJob(*found->second, JobEnd::kCancelled, CancelledOnRequest(),
            decisions);
    Decide(Now(), decisions);
  }
  Apply(std::move(decisions));
  return true;
}

absl::Status Scheduler::UpdateJob(JobId id, const JobChange& change) {
  Decisions decisions;
  {
    MutexLock lock(mutex_);
    const auto found = jobs_.find(id);
    if (found == jobs_.end() || !found->second->in_queue()) {
      return WithReason(
          absl::FailedPreconditionError(
              "the job has finished, so nothing of it can be changed"),
          "JOB_FINISHED");
    }
    ActiveJob& job = *found->second;
    queue_.Update(job, ApplyChange(change, limits_, job));
    Decide(Now(), decisions);
  }
  Apply(std::move(decisions));
  return absl::OkStatus();
}

absl::Status Scheduler::DrainNode(int node_id) {
  ASSIGN_OR_RETURN(const int node, selector_.PositionOf(node_id));
  MutexLock lock(mutex_);
  slots_.Drain(node);
  return absl::OkStatus();
}

absl::Status Scheduler::ResumeNode(int node_id) {
  ASSIGN_OR_RETURN(const int node, selector_.PositionOf(node_id));
  Decisions decisions;
  {
    MutexLock lock(mutex_);
    slots_.Resume(node);
    Decide(Now(), decisions);
  }
  Apply(std::move(decisions));
  return absl::OkStatus();
}

void Scheduler::StopJob(ActiveJob& job, JobEnd end, absl::Status reason,
                        Decisions& decisions) {
  if (!job.stop_reason.ok()) return;
  job.stop_reason = std::move(reason);
  job.end = end;
  StoppedJob stopped;
  stopped.job = jobs_.at(job.id);
  stopped.items = queue_.Drop(job);
  stopped.token = std::move(job.queue_token);
  ended_.items_cancelled += stopped.items.size();
  decisions.stopped.push_back(std::move(stopped));
}

void Scheduler::Decide(QueueTime now, Decisions& decisions) {
  StopExpired(now, decisions);
  StartTables(now, decisions);
  decisions.stalls = stalls_.Look(running_, now);
  const QueueTime due =
      std::min(queue_.next_expiry().value_or(kNever), stalls_.next_look());
  // Relaxed: whoever is asleep is woken by a message.
  const auto before =
      next_due_.exchange(due.count(), std::memory_order_relaxed);
  decisions.wake_timer = due.count() < before;
  CheckStep();
}

void Scheduler::StopExpired(QueueTime now, Decisions& decisions) {
  while (QueuedJob* job = queue_.TakeExpired(now)) {
    StopJob(JobOf(*job), JobEnd::kExpired, CancelledByTimeout(*job), decisions);
  }
}

void Scheduler::StartTables(QueueTime now, Decisions& decisions) {
  while (const auto start = queue_.Pop(slots_.open(), now)) {
    ActiveJob& job = JobOf(*start->job);
    const int node = selector_.Choose(
        job.spec.nodes.mode, slots_.Candidates(start->nodes), slots_.loads());
    slots_.Take(node);
    ++job.nodes[static_cast<std::size_t>(node)].items_running;

    RunningTable& table = running_.Start(jobs_.at(job.id), start->index, now);
    table.node = node;
    table.node_id = runtime_.node(node).id();
    stalls_.NoteStart(now);
    decisions.starts.push_back(&table);
  }
}

// Starts come before news: telling may take a while, when other workers have
// news of the same job. A table may have ended once it was spawned.
void Scheduler::Apply(Decisions decisions) {
  std::vector<std::shared_ptr<ActiveJob>> has_news;
  const auto note = [&has_news](const std::shared_ptr<ActiveJob>& job) {
    if (has_news.empty() || has_news.back() != job) has_news.push_back(job);
  };
  for (StoppedJob& stopped : decisions.stopped) {
    ActiveJob& job = *stopped.job;
    job.cancel.Cancel();
    const std::chrono::nanoseconds queue_time = Now() - job.submit_time();
    for (const int index : stopped.items) {
      job.reporter.AddFinished(
          index, {.queue_time = queue_time, .result = job.stop_reason});
    }
    note(stopped.job);
  }
  for (RunningTable* table : decisions.starts) {
    note(table->job);
    Node& node = runtime_.node(table->node);
    table->job->reporter.AddStarted(table->index, table->node_id);
    // A refusal ends the table by its guard.
    runtime_.Spawn(node, RunTable(*this, TableGuard(*this, *table)))
        .IgnoreError();
  }
  if (decisions.wake_timer) {
    runtime_.Spawn(runtime_.node(0), WakeUp()).IgnoreError();
  }
  for (const auto& job : has_news) job->reporter.Tell();
  for (WorkItem& table : decisions.stalls) TellStall(std::move(table));
}

void Scheduler::TellStall(WorkItem table) const {
  table.stalled = true;
  const auto port = runtime_.FindNode(table.node_id)->port().Stats();
  options_.on_stall({.table = std::move(table),
                     .operations_in_flight = port.in_flight_count,
                     .operations_queued = port.queued_count,
                     .completions_ready = port.ready_count});
}

bool Scheduler::IsStalled(const WorkItem& table) const {
  return options_.stall_after.count() > 0 &&
         table.progress_age >= options_.stall_after;
}

Task<> Scheduler::RunTable(Scheduler& scheduler, TableGuard guard) {
  RunningTable& table = guard.table();
  ActiveJob& job = *table.job;
  if (job.cancel.cancelled()) {
    guard.End(absl::CancelledError("cancelled before it began"));
    co_return;
  }
  absl::StatusOr<TableResult> result = absl::UnknownError("unset");
  {
    // Gone before the table ends, and with it maybe the job.
    LinkedCancellation cancel(job.cancel);
    TableContext context{.node = scheduler.runtime_.node(table.node),
                         .request = table.request(),
                         .activity = table.activity,
                         .cancel = cancel.token(),
                         .workspaces = scheduler.workspaces_,
                         .engine_memory = scheduler.runtime_.budget(),
                         .job_memory = &job.memory,
                         .job_threads = &job.threads,
                         .job_attempts = &job.attempts};
    result = co_await scheduler.options_.make_table(context);
  }
  guard.End(std::move(result));
}

void Scheduler::EndTable(RunningTable& table,
                         absl::StatusOr<TableResult> result) {
  CHECK(table.activity.lanes() == 0);
  const std::shared_ptr<ActiveJob> job = table.job;
  std::list<RunningTable> ended;
  Decisions decisions;
  {
    MutexLock lock(mutex_);
    const QueueTime now = Now();
    if (!result.ok()) result = ErrorToTell(result.status(), job->stop_reason);
    const bool cancelled = absl::IsCancelled(result.status());
    ++(result.ok() ? ended_.items_succeeded
       : cancelled ? ended_.items_cancelled
                   : ended_.items_failed);
    ended = running_.Remove(table);
    slots_.Give(table.node);
    JobActivity::PerNode& node =
        job->nodes[static_cast<std::size_t>(table.node)];
    --node.items_running;
    ++node.items_done;
    queue_.Finish(*job);
    if (!result.ok() && !cancelled &&
        job->spec.scheduling.failure_policy == FailurePolicy::kStopOnFirst) {
      StopJob(*job, JobEnd::kCompleted, CancelledByFailure(), decisions);
    }
    Decide(now, decisions);
  }
  job->reporter.AddFinished(table.index,
                            {.node_id = table.node_id,
                             .queue_time = table.started - job->submit_time(),
                             .attempts = table.activity.attempts(),
                             .result = std::move(result)});
  Apply(std::move(decisions));
  job->reporter.Tell();
}  // The token dies here, and with the last one the job ends.

void Scheduler::EndJob(JobId id) {
  std::shared_ptr<ActiveJob> job;
  JobEnd end;
  {
    MutexLock lock(mutex_);
    job = jobs_.at(id);
    job->CheckNothingOutstanding();
    end = job->end;
  }
  job->reporter.AddEnded(end);
  job->reporter.Tell();
}

void Scheduler::ForgetJob(JobId id) {
  std::shared_ptr<ActiveJob> job;  // dies after the lock is released
  MutexLock lock(mutex_);
  const auto found = jobs_.find(id);
  job = std::move(found->second);
  ended_.attempts += job->attempts.load(std::memory_order_relaxed);
  jobs_.erase(found);
  if (jobs_.empty()) all_ended_.NotifyAll();
}

CompletionPort::Clock::time_point Scheduler::next_due() const {
  return CompletionPort::Clock::time_point(
      QueueTime(next_due_.load(std::memory_order_relaxed)));
}

void Scheduler::RunDue() {
  Decisions decisions;
  {
    MutexLock lock(mutex_);
    Decide(Now(), decisions);
  }
  Apply(std::move(decisions));
}

JobActivity Scheduler::GetActivity(JobId id) const {
  MutexLock lock(mutex_);
  const auto found = jobs_.find(id);
  if (found == jobs_.end()) return {};
  const ActiveJob& job = *found->second;
  return {job.attempts.load(std::memory_order_relaxed), job.nodes};
}

SchedulerStats Scheduler::GetStats() const {
  MutexLock lock(mutex_);
  SchedulerStats stats = ended_;
  const absl::Span<const int> loads = slots_.loads();
  stats.items_running_on_node.assign(loads.begin(), loads.end());
  stats.schedulable = slots_.schedulable();
  stats.work_outstanding = work_outstanding_.load(std::memory_order_relaxed);
  stats.jobs_queued = queue_.jobs_queued();
  stats.jobs_running = queue_.jobs_running();
  stats.items_queued = queue_.items_queued();
  stats.items_running = queue_.items_running();
  for (const auto& [id, job] : jobs_) {
    stats.attempts += job->attempts.load(std::memory_order_relaxed);
  }
  return stats;
}

std::vector<WorkItem> Scheduler::ListWork() const {
  std::vector<WorkItem> work;
  MutexLock lock(mutex_);
  const QueueTime now = Now();
  work.reserve(running_.size());
  for (const RunningTable& table : running_) {
    work.push_back(table.Describe(now));
    work.back().stalled = IsStalled(work.back());
  }
  return work;
}

absl::Status Scheduler::Stop() {
  Decisions decisions;
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    for (const auto& [id, job] : jobs_) {
      if (!job->in_queue()) continue;
      StopJob(*job, JobEnd::kCancelled, CancelledByStop(), decisions);
    }
    Decide(Now(), decisions);
  }
  Apply(std::move(decisions));
  return WaitForJobs();
}

absl::Status Scheduler::WaitForJobs() {
  MutexLock lock(mutex_);
  while (!jobs_.empty()) {
    if (runtime_.worker_count() > 0) {
      all_ended_.Wait(mutex_);
      continue;
    }
    mutex_.Unlock();
    const bool went_on = runtime_.RunOnce();
    mutex_.Lock();
    if (!went_on) break;
  }
  queue_.CheckInvariants();
  if (jobs_.empty()) return absl::OkStatus();
  return absl::InternalError(absl::StrCat(
      jobs_.size(), " jobs and ", running_.size(),
      " tables have not ended and wait for what will never happen"));
}

void Scheduler::CheckStep() const {
  CHECK(static_cast<std::int64_t>(running_.size()) == queue_.items_running());
  CHECK(queue_.jobs_queued() + queue_.jobs_running() <=
        static_cast<std::int64_t>(jobs_.size()));
  if (options_.checks_every_step) CheckEverything();
}

// Tokens of what has been decided, and is being told, are alive too.
void Scheduler::CheckEverything() const {
  queue_.CheckInvariants();
  std::vector<int> loads(slots_.loads().size());
  std::map<const ActiveJob*, std::vector<std::int64_t>> running;
  for (const RunningTable& table : running_) {
    CHECK(table.token.held() && table.activity.lanes() >= 0);
    const auto node = static_cast<std::size_t>(table.node);
    ++loads[node];
    auto& on_nodes = running[table.job.get()];
    on_nodes.resize(loads.size());
    ++on_nodes[node];
  }
  CHECK(slots_.loads() == absl::MakeConstSpan(loads));
  for (const auto& [id, job] : jobs_) {
    auto& on_nodes = running[job.get()];
    on_nodes.resize(loads.size());
    for (std::size_t node = 0; node < loads.size(); ++node) {
      CHECK(job->nodes[node].items_running == on_nodes[node]);
    }
    const bool queued = job->in_queue() && job->queued() > 0;
    CHECK(job->queue_token.held() == queued);
    CHECK(job->account.outstanding() >= job->running() + (queued ? 1 : 0));
  }
  CHECK(running.size() == jobs_.size());  // no table of a forgotten job
}

}  // namespace perfecthash
