#include "service/watch/watch_fanout.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "engine/numa/thread.h"

namespace perfecthash {
namespace {
// The longest sleep: some platforms overflow on the end of time.
constexpr std::chrono::minutes kSleepMax{10};
// After a pass over more subscribers than this the next one has to wait.
constexpr std::size_t kLargePass = 64;
constexpr std::chrono::milliseconds kPassInterval{10};
}  // namespace

WatchFanout::~WatchFanout() { Stop(); }

void WatchFanout::Start() {
  thread_ = std::thread([this] {
    NameThread("fan-out");
    Run();
  });
}

void WatchFanout::Subscribe(std::shared_ptr<JobRecord> job,
                            std::shared_ptr<JobSubscriber> subscriber) {
  MutexLock lock(mutex_);
  // Before the first turn looks at the record: a worker that changes it after
  // that has taken the record's lock later, and therefore sees this count.
  job->fanout_mark().subscriber_count.fetch_add(1, std::memory_order_relaxed);
  auto entry = std::make_unique<Entry>();
  entry->job = std::move(job);
  entry->subscriber = std::move(subscriber);
  entry->due = TimePoint::min();
  schedule_.emplace(entry->due, entry.get());
  by_job_[entry->job.get()].push_back(entry.get());
  entries_.emplace(entry->subscriber.get(), std::move(entry));
  untold_ = ending_;
  changed_.NotifyOne();
}

void WatchFanout::Unsubscribe(const JobSubscriber* subscriber) {
  // Destroyed after the lock: the subscriber may be the last owner of a job.
  std::shared_ptr<JobSubscriber> kept;
  std::shared_ptr<JobRecord> job;
  MutexLock lock(mutex_);
  const auto found = entries_.find(subscriber);
  if (found == entries_.end()) return;
  kept = found->second->subscriber;
  job = found->second->job;
  Remove(found->second.get());
}

void WatchFanout::Wake(const JobSubscriber* subscriber) {
  MutexLock lock(mutex_);
  const auto found = entries_.find(subscriber);
  if (found == entries_.end()) return;
  Entry* entry = found->second.get();
  if (entry->in_turn) {
    entry->wake_after_turn = true;
    return;
  }
  Schedule(entry, TimePoint::min());
  changed_.NotifyOne();
}

void WatchFanout::OnJobChanged(const std::shared_ptr<JobRecord>& job) {
  JobRecord::FanoutMark& mark = job->fanout_mark();
  // Relaxed: see Subscribe.
  if (mark.subscriber_count.load(std::memory_order_relaxed) == 0) return;
  // Acquire and release, here and in TakeDue: whoever finds the mark set is
  // sure that the turn to come sees its change.
  if (mark.change_pending.exchange(true, std::memory_order_acq_rel)) return;
  MutexLock lock(mutex_);
  changed_jobs_.push_back(job);
  changed_.NotifyOne();
}

void WatchFanout::OnJobFinished(const std::shared_ptr<JobRecord>& job) {
  JobRecord::FanoutMark& mark = job->fanout_mark();
  if (mark.subscriber_count.load(std::memory_order_relaxed) == 0) return;
  MutexLock lock(mutex_);
  finished_jobs_.push_back(job);
  changed_.NotifyOne();
}

void WatchFanout::Schedule(Entry* entry, TimePoint due) {
  if (due >= entry->due) return;
  schedule_.erase({entry->due, entry});
  entry->due = due;
  schedule_.emplace(due, entry);
}

std::size_t WatchFanout::ScheduleSubscribers(const JobRecord* job,
                                             TimePoint now, Urgency urgency) {
  const auto found = by_job_.find(job);
  if (found == by_job_.end()) return 0;
  for (Entry* entry : found->second) {
    Schedule(entry, urgency == Urgency::kAtOnce
                        ? now
                        : std::max(now, entry->not_before));
  }
  return found->second.size();
}

void WatchFanout::ScheduleChanged(TimePoint now) {
  for (const auto& job : finished_jobs_) {
    ScheduleSubscribers(job.get(), now, Urgency::kAtOnce);
  }
  finished_jobs_.clear();
  if (now < next_pass_) return;
  std::size_t count = 0;
  for (const auto& job : changed_jobs_) {
    count += ScheduleSubscribers(job.get(), now, Urgency::kPaced);
  }
  changed_jobs_.clear();
  if (count > kLargePass) next_pass_ = now + kPassInterval;
}

std::vector<std::shared_ptr<JobSubscriber>> WatchFanout::TakeDue(
    TimePoint now) {
  std::vector<std::shared_ptr<JobSubscriber>> due;
  while (!schedule_.empty() && schedule_.begin()->first <= now) {
    Entry* entry = schedule_.begin()->second;
    schedule_.erase(schedule_.begin());
    entry->in_turn = true;
    entry->due = TimePoint::max();
    // Only now, so that changes before a turn are marked once, not each.
    entry->job->fanout_mark().change_pending.exchange(
        false, std::memory_order_acq_rel);
    due.push_back(entry->subscriber);
  }
  return due;
}

void WatchFanout::EndTurn(const JobSubscriber* subscriber,
                          std::optional<JobSubscriber::Next> next,
                          TimePoint now) {
  const auto found = entries_.find(subscriber);
  if (found == entries_.end()) return;  // unsubscribed meanwhile
  Entry* entry = found->second.get();
  if (!next.has_value()) {
    Remove(entry);
    return;
  }
  entry->in_turn = false;
  entry->not_before = next->not_before;
  entry->due = entry->wake_after_turn ? now : next->at;
  entry->wake_after_turn = false;
  schedule_.emplace(entry->due, entry);
}

void WatchFanout::Remove(Entry* entry) {
  entry->job->fanout_mark().subscriber_count.fetch_sub(
      1, std::memory_order_relaxed);
  schedule_.erase({entry->due, entry});
  const auto found = by_job_.find(entry->job.get());
  std::erase(found->second, entry);
  if (found->second.empty()) by_job_.erase(found);
  entries_.erase(entry->subscriber.get());
}

WatchFanout::TimePoint WatchFanout::RunTurns(TimePoint now) {
  std::vector<std::shared_ptr<JobSubscriber>> due;
  {
    MutexLock lock(mutex_);
    ScheduleChanged(now);
    due = TakeDue(now);
  }
  for (const auto& subscriber : due) {
    const std::optional<JobSubscriber::Next> next = subscriber->Turn(now);
    MutexLock lock(mutex_);
    EndTurn(subscriber.get(), next, now);
  }
  MutexLock lock(mutex_);
  return NextDue();
}

WatchFanout::TimePoint WatchFanout::NextDue() const {
  if (!finished_jobs_.empty()) return TimePoint::min();
  TimePoint due = changed_jobs_.empty() ? TimePoint::max() : next_pass_;
  if (!schedule_.empty()) due = std::min(due, schedule_.begin()->first);
  return due;
}

void WatchFanout::Run() {
  while (true) {
    TellStopping();
    RunTurns(std::chrono::steady_clock::now());
    MutexLock lock(mutex_);
    if (stopped_) return;
    if (untold_) continue;
    const TimePoint now = std::chrono::steady_clock::now();
    const TimePoint until = std::min(NextDue(), now + kSleepMax);
    if (until > now) changed_.WaitUntil(mutex_, until);
  }
}

std::vector<std::shared_ptr<JobSubscriber>> WatchFanout::TakeUntold() {
  std::vector<std::shared_ptr<JobSubscriber>> subscribers;
  if (!std::exchange(untold_, false)) return subscribers;
  for (const auto& [key, entry] : entries_) {
    if (std::exchange(entry->told_stopping, true)) continue;
    subscribers.push_back(entry->subscriber);
  }
  return subscribers;
}

void WatchFanout::TellStopping() {
  std::vector<std::shared_ptr<JobSubscriber>> subscribers;
  {
    MutexLock lock(mutex_);
    subscribers = TakeUntold();
  }
  for (const auto& subscriber : subscribers) {
    if (subscriber->OnStopping()) {
      Unsubscribe(subscriber.get());
    } else {
      Wake(subscriber.get());
    }
  }
}

void WatchFanout::EndSubscriptions() {
  MutexLock lock(mutex_);
  ending_ = true;
  untold_ = true;
  changed_.NotifyOne();
}

void WatchFanout::Stop() {
  {
    MutexLock lock(mutex_);
    stopped_ = true;
    changed_.NotifyOne();
  }
  if (thread_.joinable()) thread_.join();
}

int WatchFanout::subscriber_count() const {
  MutexLock lock(mutex_);
  return static_cast<int>(entries_.size());
}

}  // namespace perfecthash
