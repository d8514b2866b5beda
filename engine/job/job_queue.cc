#include "engine/job/job_queue.h"

#include <algorithm>
#include <utility>

#include "engine/base/check.h"

namespace perfecthash {

namespace {

std::optional<QueueTime> ExpiryAfter(QueueTime now,
                                     std::chrono::nanoseconds timeout) {
  if (timeout.count() <= 0 || timeout >= QueueTime::max() - now) {
    return std::nullopt;
  }
  return now + timeout;
}

}  // namespace

JobQueue::JobQueue(int queued_items_max) : queued_items_max_(queued_items_max) {
  CHECK(queued_items_max > 0);
}

JobQueue::~JobQueue() { CHECK(jobs_.empty()); }

bool JobQueue::HasRoomFor(int item_count) const {
  return item_count <= queued_items_max_ - items_queued_;
}

JobQueue::PriorityClass& JobQueue::ClassOf(const QueuedJob& job) {
  return classes_[static_cast<std::size_t>(job.options().priority - 1)];
}

void JobQueue::Push(QueuedJob& job, QueueTime now) {
  CHECK(!job.in_queue_ && job.ended_ == 0);
  CHECK(job.options().priority >= 1 &&
        job.options().priority <= kPriorityCount);
  CHECK(HasRoomFor(job.item_count()));
  job.in_queue_ = true;
  job.queued_ = job.item_count_;
  job.submit_time_ = now;
  job.sequence_ = job.turn_ = ++sequence_;
  job.position_ = jobs_.insert(jobs_.end(), &job);
  JoinKey(job);
  ++jobs_queued_;
  items_queued_ += job.item_count_;
  SetExpiry(job, ExpiryAfter(now, job.options().queue_timeout));
  Enlist(job);
  CheckStep(job);
}

void JobQueue::JoinKey(QueuedJob& job) {
  const std::string& name = job.options().fairness_key;
  job.key_ =
      &ClassOf(job).keys.try_emplace(name, name, ++sequence_).first->second;
  ++job.key_->job_count;
}

void JobQueue::LeaveKey(QueuedJob& job) {
  if (--job.key_->job_count == 0) {
    ClassOf(job).keys.erase(job.options().fairness_key);
  }
  job.key_ = nullptr;
}

void JobQueue::Update(QueuedJob& job, const QueuedJob::Change& change) {
  CHECK(job.in_queue_);
  QueuedJob::Options& options = job.options_;
  Delist(job);
  const int priority = change.priority.value_or(options.priority);
  CHECK(priority >= 1 && priority <= kPriorityCount);
  if (priority != options.priority) {
    LeaveKey(job);
    options.priority = priority;
    JoinKey(job);
  }
  options.tables_max = change.tables_max.value_or(options.tables_max);
  options.fairness_weight =
      change.fairness_weight.value_or(options.fairness_weight);
  CHECK(options.tables_max >= 1 && options.fairness_weight > 0);
  Enlist(job);
  CheckStep(job);
}

std::optional<JobQueue::Start> JobQueue::Pop(Slots slots, QueueTime now) {
  const std::optional<Choice> choice = Choose(slots);
  if (!choice.has_value()) return std::nullopt;
  FairnessKey::Strand& strand = *choice->strand;
  QueuedJob& job = *strand.job;

  Delist(job);
  Charge(*choice);
  const int index = strand.indices[strand.next++];
  --job.queued_, --items_queued_;
  ++job.running_, ++items_running_;
  DCHECK(job.running_ <= job.options().tables_max);
  job.turn_ = ++sequence_;
  if (!job.started()) {
    job.start_time_ = now;
    --jobs_queued_, ++jobs_running_;
    SetExpiry(job, ExpiryAfter(now, job.options().execution_timeout));
  }
  Enlist(job);
  CheckStep(job);
  return Start{&job, index, strand.nodes};
}

std::optional<JobQueue::Choice> JobQueue::Choose(Slots slots) {
  // While every slot is taken, only a job with nothing running could start:
  // without one there is no need to look at each key.
  if (slots.free.empty() &&
      (slots.reserve.empty() || idle_strand_count_ == 0)) {
    return std::nullopt;
  }
  std::array<PriorityClass*, kPriorityCount> order;
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = &classes_[i];
  if (start_count_ % kStartsPerAgeing == kStartsPerAgeing - 1) {
    // No two classes share a last start, but those that never had one.
    std::sort(order.begin(), order.end(), [](auto* a, auto* b) {
      return std::pair(a->last_start, a) < std::pair(b->last_start, b);
    });
  }
  for (PriorityClass* priority_class : order) {
    const auto choice = ChooseWithin(*priority_class, slots);
    if (choice.has_value()) return choice;
  }
  return std::nullopt;
}

std::optional<JobQueue::Choice> JobQueue::ChooseWithin(
    PriorityClass& priority_class, Slots slots) const {
  for (FairnessKey* key : priority_class.ready) {
    FairnessKey::Strand* const strand = key->First(slots);
    if (strand != nullptr) return Choice{&priority_class, key, strand};
  }
  return std::nullopt;
}

// The key's strands are delisted as far as they are the job's own; the key may
// still be ready through another job.
void JobQueue::Charge(const Choice& choice) {
  PriorityClass& priority_class = *choice.priority_class;
  FairnessKey& key = *choice.key;
  auto listed = priority_class.ready.extract(&key);
  // A key that was passed over, because its nodes had no slot, does not catch
  // up at the cost of the others.
  priority_class.charged = std::max(priority_class.charged, key.charged());
  key.set_charged(priority_class.charged +
                  1.0 / choice.strand->job->options().fairness_weight);
  if (!listed.empty()) priority_class.ready.insert(std::move(listed));
  priority_class.last_start = ++start_count_;
}

void JobQueue::Finish(QueuedJob& job) {
  CHECK(job.in_queue_ && job.running_ > 0);
  Delist(job);
  --job.running_, --items_running_;
  ++job.ended_;
  Enlist(job);
  CheckStep(job);
  LeaveIfDone(job);
}

std::vector<int> JobQueue::Drop(QueuedJob& job) {
  if (!job.in_queue_) return {};
  Delist(job);
  std::vector<int> dropped;
  dropped.reserve(static_cast<std::size_t>(job.queued_));
  for (FairnessKey::Strand& strand : job.strands_) {
    const auto rest =
        strand.indices.begin() + static_cast<std::ptrdiff_t>(strand.next);
    dropped.insert(dropped.end(), rest, strand.indices.end());
    strand.next = strand.indices.size();
  }
  items_queued_ -= job.queued_;
  job.ended_ += job.queued_;
  job.queued_ = 0;
  SetExpiry(job, std::nullopt);
  CheckStep(job);
  LeaveIfDone(job);
  return dropped;
}

void JobQueue::Enlist(QueuedJob& job) {
  if (job.running_ >= job.options().tables_max) return;
  PriorityClass& priority_class = ClassOf(job);
  FairnessKey& key = *job.key_;
  const bool was_ready = key.ready();
  for (FairnessKey::Strand& strand : job.strands_) {
    if (strand.next == strand.indices.size()) continue;
    key.Insert(strand);
    if (strand.enlisted_as_idle) ++idle_strand_count_;
  }
  if (was_ready || !key.ready()) return;
  // What it did not use while it had nothing to start is gone.
  key.set_charged(std::max(key.charged(), priority_class.charged));
  priority_class.ready.insert(&key);
}

void JobQueue::Delist(QueuedJob& job) {
  for (FairnessKey::Strand& strand : job.strands_) {
    if (!strand.enlisted) continue;
    if (strand.enlisted_as_idle) --idle_strand_count_;
    job.key_->Erase(strand);
  }
  if (!job.key_->ready()) ClassOf(job).ready.erase(job.key_);
}

void JobQueue::SetExpiry(QueuedJob& job, std::optional<QueueTime> expiry) {
  if (job.expiry_.has_value()) expiries_.erase({*job.expiry_, job.sequence_});
  job.expiry_ = expiry;
  if (expiry.has_value()) expiries_[{*expiry, job.sequence_}] = &job;
}

QueuedJob* JobQueue::TakeExpired(QueueTime now) {
  if (expiries_.empty() || expiries_.begin()->first.first > now) return nullptr;
  QueuedJob* const job = expiries_.begin()->second;
  SetExpiry(*job, std::nullopt);
  job->expired_ = job->started() ? QueuedJob::Expiry::kExecution
                                 : QueuedJob::Expiry::kQueue;
  return job;
}

std::optional<QueueTime> JobQueue::next_expiry() const {
  if (expiries_.empty()) return std::nullopt;
  return expiries_.begin()->first.first;
}

void JobQueue::LeaveIfDone(QueuedJob& job) {
  if (job.queued_ > 0 || job.running_ > 0) return;
  CHECK(job.ended_ == job.item_count_);
  SetExpiry(job, std::nullopt);
  --(job.started() ? jobs_running_ : jobs_queued_);
  jobs_.erase(job.position_);
  LeaveKey(job);
  job.in_queue_ = false;
}

void JobQueue::CheckStep(const QueuedJob& job) const {
  CHECK(job.queued_ >= 0 && job.running_ >= 0 && job.ended_ >= 0);
  CHECK(job.queued_ + job.running_ + job.ended_ == job.item_count_);
  CHECK(items_queued_ >= 0 && items_queued_ <= queued_items_max_);
  CHECK(items_running_ >= job.running_);
  CHECK(jobs_queued_ + jobs_running_ ==
        static_cast<std::int64_t>(jobs_.size()));
}

void JobQueue::CheckInvariants() const {
  std::int64_t queued = 0, running = 0, jobs_started = 0, idle_strands = 0;
  for (const QueuedJob* job : jobs_) {
    CheckStep(*job);
    queued += job->queued_;
    running += job->running_;
    if (job->started()) ++jobs_started;
    const bool open = job->running_ < job->options().tables_max;
    for (const FairnessKey::Strand& strand : job->strands_) {
      const bool waits = strand.next < strand.indices.size();
      CHECK(strand.enlisted == (open && waits));
    }
  }
  std::size_t jobs_of_keys = 0;
  for (const PriorityClass& priority_class : classes_) {
    for (const auto& [name, key] : priority_class.keys) {
      CHECK(key.job_count > 0);
      jobs_of_keys += static_cast<std::size_t>(key.job_count);
      key.CheckInvariants(idle_strands);
      FairnessKey* const listed = const_cast<FairnessKey*>(&key);
      CHECK(key.ready() == (priority_class.ready.count(listed) == 1));
    }
  }
  CHECK(jobs_of_keys == jobs_.size());
  CHECK(queued == items_queued_ && running == items_running_);
  CHECK(jobs_started == jobs_running_);
  CHECK(idle_strands == idle_strand_count_);
}

}  // namespace perfecthash
