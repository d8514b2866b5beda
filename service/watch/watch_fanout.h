#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "engine/base/mutex.h"
#include "service/job/job_listener.h"
#include "service/job/job_record.h"
#include "service/watch/job_subscriber.h"

namespace perfecthash {

// Brings the changes of jobs to their subscribers, on one thread and by time:
// a change only marks the job, whatever the number of its subscribers, and each
// of them gets a turn as soon as its own pace allows.
// Thread-safe.
class WatchFanout : public JobListener {
 public:
  using TimePoint = JobSubscriber::TimePoint;

  WatchFanout() = default;
  ~WatchFanout() override;

  // Starts the thread; tests call RunTurns themselves instead.
  void Start();

  // The subscriber gets its first turn at once.
  void Subscribe(std::shared_ptr<JobRecord> job,
                 std::shared_ptr<JobSubscriber> subscriber);
  // No turn begins after this; one that is running may still be.
  void Unsubscribe(const JobSubscriber* subscriber);
  // Asks for a turn now: the subscriber itself has changed.
  void Wake(const JobSubscriber* subscriber);

  // JobListener.
  void OnJobChanged(const std::shared_ptr<JobRecord>& job) override;
  void OnJobFinished(const std::shared_ptr<JobRecord>& job) override;

  // Gives all the turns that are due; returns when the next is.
  TimePoint RunTurns(TimePoint now);

  // Tells every subscriber, now and from now on, that the server is stopping.
  void EndSubscriptions();
  // Ends the thread.
  void Stop();

  int subscriber_count() const;

 private:
  struct Entry {
    std::shared_ptr<JobRecord> job;
    std::shared_ptr<JobSubscriber> subscriber;
    TimePoint due;
    TimePoint not_before = TimePoint::min();
    bool in_turn = false;
    bool wake_after_turn = false;
    bool told_stopping = false;
  };
  enum class Urgency { kPaced, kAtOnce };

  void Run();
  void Schedule(Entry* entry, TimePoint due)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void ScheduleChanged(TimePoint now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Returns how many subscribers were scheduled.
  std::size_t ScheduleSubscribers(const JobRecord* job, TimePoint now,
                                  Urgency urgency)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::vector<std::shared_ptr<JobSubscriber>> TakeDue(TimePoint now)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void EndTurn(const JobSubscriber* subscriber,
               std::optional<JobSubscriber::Next> next, TimePoint now)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Remove(Entry* entry) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  TimePoint NextDue() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::vector<std::shared_ptr<JobSubscriber>> TakeUntold()
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void TellStopping();

  mutable Mutex mutex_;
  Condition changed_;
  absl::flat_hash_map<const JobSubscriber*, std::unique_ptr<Entry>> entries_
      ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<const JobRecord*, std::vector<Entry*>> by_job_
      ABSL_GUARDED_BY(mutex_);
  std::set<std::pair<TimePoint, Entry*>> schedule_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::shared_ptr<JobRecord>> changed_jobs_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::shared_ptr<JobRecord>> finished_jobs_
      ABSL_GUARDED_BY(mutex_);
  // Changes of jobs with many subscribers are looked at no sooner.
  TimePoint next_pass_ ABSL_GUARDED_BY(mutex_) = TimePoint::min();
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;
  // While ending: somebody has not been told yet.
  bool untold_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace perfecthash
