#include "service/job/job_record.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/base/check.h"
#include "engine/base/error_reason.h"
#include "engine/base/status_macros.h"
#include "service/job/job_message.h"
#include "service/rpc/proto_time.h"
#include "service/rpc/rpc_status.h"

namespace perfecthash {
namespace {

constexpr std::chrono::milliseconds kAttemptsInterval{50};

bool IsEnd(v1::Job::State state) { return state >= v1::Job::STATE_SUCCEEDED; }

}  // namespace

JobRecord::JobRecord(JobDescription description, JobListener* listener)
    : description_(std::move(description)),
      listener_(listener),
      create_time_(Clock::now()),
      items_(description_.item_ids.size()) {
  counts_.queued = static_cast<std::int64_t>(items_.size());
  const v1::Job& head = description_.head;
  if (head.has_concurrency_limits()) {
    *settings_.mutable_concurrency_limits() = head.concurrency_limits();
  }
  if (head.has_scheduling_policy()) {
    *settings_.mutable_scheduling_policy() = head.scheduling_policy();
  }
  finished_items_.reserve(items_.size());
}

void JobRecord::OnItemStarted(int index, int node_id) {
  {
    MutexLock lock(mutex_);
    Item& item = items_[static_cast<std::size_t>(index)];
    DCHECK(item.state == v1::JobItem::STATE_QUEUED);
    item.state = v1::JobItem::STATE_RUNNING;
    --counts_.queued;
    ++counts_.running;
    ++CountsOfNode(node_id).running;
    if (start_time_ == Clock::time_point()) start_time_ = Clock::now();
    if (state_ == v1::Job::STATE_QUEUED) state_ = v1::Job::STATE_RUNNING;
    ++revision_;
  }
  listener_->OnJobChanged(shared_from_this());
}

void JobRecord::OnItemFinished(int index, ItemOutcome outcome) {
  // Allocated before the lock: the lock is held for moves only.
  auto kept = std::make_unique<const ItemOutcome>(std::move(outcome));
  {
    MutexLock lock(mutex_);
    Item& item = items_[static_cast<std::size_t>(index)];
    CountFinished(*kept, item);
    item.outcome = std::move(kept);
    finished_items_.push_back({++revision_, index});
  }
  listener_->OnJobChanged(shared_from_this());
}

void JobRecord::CountFinished(const ItemOutcome& outcome, Item& item) {
  CHECK(item.outcome == nullptr);
  if (item.state == v1::JobItem::STATE_RUNNING) {
    --counts_.running;
    NodeCounts& node = CountsOfNode(outcome.node_id);
    --node.running;
    ++node.done;
  } else {
    --counts_.queued;
  }
  attempts_of_ended_ += outcome.attempts;
  if (outcome.result.ok()) {
    item.state = v1::JobItem::STATE_SUCCEEDED;
    ++counts_.succeeded;
    keys_done_ += outcome.result->key_count;
  } else if (absl::IsCancelled(outcome.result.status())) {
    item.state = v1::JobItem::STATE_CANCELLED;
    ++counts_.cancelled;
  } else {
    item.state = v1::JobItem::STATE_FAILED;
    ++counts_.failed;
    if (error_.ok()) error_ = outcome.result.status();
  }
}

void JobRecord::OnJobFinished(JobEnd end) {
  ReadAttempts();                  // the engine still knows
  std::optional<EngineLink> link;  // destroyed after the lock
  {
    MutexLock lock(mutex_);
    CHECK(counts_.queued == 0 && counts_.running == 0);
    SetEnd(end);
    end_time_ = Clock::now();
    ++revision_;
    std::swap(link, link_);
  }
  listener_->OnJobChanged(shared_from_this());
  listener_->OnJobFinished(shared_from_this());
}

void JobRecord::SetEnd(JobEnd end) {
  switch (end) {
    case JobEnd::kCancelled:
      state_ = v1::Job::STATE_CANCELLED;
      error_ = WithReason(
          absl::CancelledError(cancel_reason_.empty()
                                   ? std::string("the job was cancelled")
                                   : cancel_reason_),
          "CANCELLED");
      return;
    case JobEnd::kExpired:
      state_ = v1::Job::STATE_EXPIRED;
      error_ = start_time_ == Clock::time_point()
                   ? WithReason(absl::DeadlineExceededError(
                                    "no table had started when queue_timeout "
                                    "had passed"),
                                "QUEUE_TIMEOUT")
                   : WithReason(absl::DeadlineExceededError(
                                    "the job had not ended when "
                                    "execution_timeout had passed"),
                                "EXECUTION_TIMEOUT");
      return;
    case JobEnd::kCompleted:
      break;
  }
  const bool all =
      counts_.succeeded == static_cast<std::int64_t>(items_.size());
  state_ = all                     ? v1::Job::STATE_SUCCEEDED
           : counts_.succeeded > 0 ? v1::Job::STATE_PARTIALLY_SUCCEEDED
                                   : v1::Job::STATE_FAILED;
}

JobRecord::NodeCounts& JobRecord::CountsOfNode(int node_id) {
  for (NodeCounts& node : nodes_) {
    if (node.node_id == node_id) return node;
  }
  return nodes_.emplace_back(NodeCounts{.node_id = node_id});
}

void JobRecord::Attach(EngineLink link) {
  MutexLock lock(mutex_);
  if (!FinishedLocked()) link_ = std::move(link);
}

std::optional<JobId> JobRecord::engine_id() const {
  MutexLock lock(mutex_);
  return link_.has_value() ? std::optional(link_->id) : std::nullopt;
}

void JobRecord::RefreshAttempts(std::chrono::steady_clock::time_point now) {
  {
    MutexLock lock(mutex_);
    if (now < attempts_time_ + kAttemptsInterval) return;
    attempts_time_ = now;
  }
  ReadAttempts();
}

void JobRecord::ReadAttempts() {
  std::function<std::uint64_t()> count_attempts;
  {
    MutexLock lock(mutex_);
    if (link_.has_value()) count_attempts = link_->count_attempts;
  }
  if (!count_attempts) return;
  const std::uint64_t attempts = count_attempts();
  MutexLock lock(mutex_);
  if (attempts <= attempts_) return;
  attempts_ = attempts;
  if (!FinishedLocked()) ++revision_;
}

void JobRecord::Cancel(const std::string& reason) {
  std::function<void()> cancel;
  {
    MutexLock lock(mutex_);
    if (FinishedLocked() || state_ == v1::Job::STATE_CANCELLING) return;
    state_ = v1::Job::STATE_CANCELLING;
    cancel_reason_ = reason;
    if (link_.has_value()) cancel = link_->cancel;
    ++revision_;
  }
  listener_->OnJobChanged(shared_from_this());
  if (cancel) cancel();
}

absl::Status JobRecord::Update(const JobUpdate& update) {
  MutexLock one_at_a_time(update_mutex_);
  std::function<absl::Status(const JobChange&)> tell;
  {
    MutexLock lock(mutex_);
    if (link_.has_value()) tell = link_->update;
  }
  if (!tell) {
    return WithReason(absl::FailedPreconditionError(
                          absl::StrCat(name(),
                                       " has finished; nothing of it can be "
                                       "changed any more")),
                      "JOB_FINISHED");
  }
  RETURN_IF_ERROR(tell(update.change));
  {
    MutexLock lock(mutex_);
    ApplyUpdate(update.shown, &settings_);
    if (!FinishedLocked()) ++revision_;
  }
  listener_->OnJobChanged(shared_from_this());
  return absl::OkStatus();
}

bool JobRecord::FinishedLocked() const { return IsEnd(state_); }

JobRecord::View JobRecord::GetView() const {
  MutexLock lock(mutex_);
  return {state_, revision_, finished_items_.size(), FinishedLocked()};
}

v1::JobItem::State JobRecord::ItemState(int index) const {
  MutexLock lock(mutex_);
  return items_[static_cast<std::size_t>(index)].state;
}

const JobObserver::ItemOutcome* JobRecord::Outcome(int index) const {
  MutexLock lock(mutex_);
  return items_[static_cast<std::size_t>(index)].outcome.get();
}

std::size_t JobRecord::FinishedPosition(std::int64_t revision) const {
  MutexLock lock(mutex_);
  if (revision > revision_) return 0;  // not a revision of this job
  const auto next =
      std::upper_bound(finished_items_.begin(), finished_items_.end(), revision,
                       [](std::int64_t r, const FinishedItem& item) {
                         return r < item.revision;
                       });
  return static_cast<std::size_t>(next - finished_items_.begin());
}

std::vector<JobRecord::FinishedItem> JobRecord::FinishedItems(
    std::size_t position, std::size_t count_max) const {
  MutexLock lock(mutex_);
  const std::size_t begin = std::min(position, finished_items_.size());
  const std::size_t count = std::min(count_max, finished_items_.size() - begin);
  const auto first =
      finished_items_.begin() + static_cast<std::ptrdiff_t>(begin);
  return {first, first + static_cast<std::ptrdiff_t>(count)};
}

void JobRecord::FillProgress(v1::JobProgress* progress) const {
  MutexLock lock(mutex_);
  FillProgressLocked(progress);
}

void JobRecord::FillProgressLocked(v1::JobProgress* progress) const {
  progress->set_items_total(static_cast<std::int64_t>(items_.size()));
  progress->set_items_queued(counts_.queued);
  progress->set_items_running(counts_.running);
  progress->set_items_succeeded(counts_.succeeded);
  progress->set_items_failed(counts_.failed);
  progress->set_items_cancelled(counts_.cancelled);
  progress->set_keys_done(static_cast<std::int64_t>(keys_done_));
  progress->set_attempts(
      static_cast<std::int64_t>(std::max(attempts_, attempts_of_ended_)));

  const bool started = start_time_ != Clock::time_point();
  const Clock::time_point now = FinishedLocked() ? end_time_ : Clock::now();
  const auto queued = (started ? start_time_ : now) - create_time_;
  const auto running = started ? now - start_time_ : Clock::duration{0};
  *progress->mutable_queued_duration() = ToDuration(queued);
  *progress->mutable_running_duration() = ToDuration(running);
  const auto done = static_cast<std::int64_t>(finished_items_.size());
  const std::int64_t left = counts_.queued + counts_.running;
  // Tables differ too much for anything finer than the mean of this job.
  if (done > 0 && left > 0 && running > std::chrono::milliseconds(100)) {
    *progress->mutable_estimated_remaining() =
        ToDuration(std::chrono::duration_cast<std::chrono::nanoseconds>(
            std::chrono::duration<double>(running) / static_cast<double>(done) *
            static_cast<double>(left)));
  }
  for (const NodeCounts& node : nodes_) {
    v1::NodeProgress* shown = progress->add_nodes();
    shown->set_node_id(node.node_id);
    shown->set_items_running(node.running);
    shown->set_items_done(node.done);
  }
}

void JobRecord::FillJob(v1::Job* job) const {
  job->MergeFrom(description_.head);
  const ItemOutcome* table = nullptr;
  {
    MutexLock lock(mutex_);
    job->MergeFrom(settings_);
    job->set_state(state_);
    job->set_revision(revision_);
    FillProgressLocked(job->mutable_progress());
    if (!error_.ok()) *job->mutable_error() = ToStatusMessage(error_);
    *job->mutable_create_time() = ToTimestamp(create_time_);
    if (start_time_ != Clock::time_point()) {
      *job->mutable_start_time() = ToTimestamp(start_time_);
    }
    if (FinishedLocked()) *job->mutable_end_time() = ToTimestamp(end_time_);
    if (description_.head.kind() == v1::Job::KIND_TABLE) {
      table = items_.front().outcome.get();
    }
  }
  if (table != nullptr && table->result.ok()) {
    FillTableResult(*this, 0, *table, job->mutable_table_result());
  }
}

}  // namespace perfecthash
