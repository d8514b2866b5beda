#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/error_reason.h"
#include "engine/base/mutex.h"
#include "engine/job/job_observer.h"

namespace perfecthash {

// Keeps what a job told, and fails the test when it was told against the rules
// of JobObserver: one call at a time, an item starts at most once, before it
// ends, and ends exactly once, and the job's end comes last. Thread-safe.
class RecordingObserver : public JobObserver {
 public:
  explicit RecordingObserver(int item_count) : item_count_(item_count) {}

  void OnItemStarted(int index, int node_id) override {
    const OneCall one_call(*this);
    MutexLock lock(mutex_);
    EXPECT_FALSE(end_.has_value());
    EXPECT_TRUE(index >= 0 && index < item_count_) << index;
    EXPECT_TRUE(started_.emplace(index, node_id).second) << index;
    EXPECT_EQ(outcomes_.count(index), 0u) << index;
    start_order_.push_back(index);
  }

  void OnItemFinished(int index, ItemOutcome outcome) override {
    const OneCall one_call(*this);
    MutexLock lock(mutex_);
    EXPECT_FALSE(end_.has_value());
    EXPECT_TRUE(index >= 0 && index < item_count_) << index;
    const auto started = started_.find(index);
    EXPECT_EQ(outcome.node_id,
              started == started_.end() ? -1 : started->second);
    EXPECT_GE(outcome.queue_time.count(), 0);
    if (started == started_.end()) {
      EXPECT_TRUE(absl::IsCancelled(outcome.result.status())) << index;
    }
    if (!outcome.result.ok()) {
      EXPECT_NE(ReasonOf(outcome.result.status()), "")
          << outcome.result.status();
    }
    if (started != started_.end()) ++started_told_;
    EXPECT_TRUE(outcomes_.emplace(index, std::move(outcome)).second) << index;
  }

  void OnJobFinished(JobEnd end) override {
    const OneCall one_call(*this);
    MutexLock lock(mutex_);
    EXPECT_FALSE(end_.has_value());
    EXPECT_EQ(static_cast<int>(outcomes_.size()), item_count_);
    end_ = end;
    ended_.NotifyAll();
  }

  // Blocks; not for tests whose own thread runs the engine.
  JobEnd WaitForEnd() {
    MutexLock lock(mutex_);
    while (!end_.has_value()) ended_.Wait(mutex_);
    return *end_;
  }

  std::optional<JobEnd> end() const {
    MutexLock lock(mutex_);
    return end_;
  }
  // Items by what became of them.
  int succeeded() const {
    return Count([](const absl::Status& status) { return status.ok(); });
  }
  int cancelled() const {
    return Count(
        [](const absl::Status& status) { return absl::IsCancelled(status); });
  }
  int failed() const { return told() - succeeded() - cancelled(); }
  int told() const {
    return Count([](const absl::Status&) { return true; });
  }
  int started() const {
    MutexLock lock(mutex_);
    return static_cast<int>(started_.size());
  }
  // Started and not ended.
  int running() const {
    MutexLock lock(mutex_);
    return static_cast<int>(started_.size()) - started_told_;
  }
  std::vector<int> start_order() const {
    MutexLock lock(mutex_);
    return start_order_;
  }
  // Of every started item, by index.
  std::vector<int> node_ids() const {
    std::vector<int> node_ids;
    MutexLock lock(mutex_);
    for (const auto& [index, node_id] : started_) node_ids.push_back(node_id);
    return node_ids;
  }
  // Not to be used before the end.
  const std::map<int, ItemOutcome>& outcomes() const
      ABSL_NO_THREAD_SAFETY_ANALYSIS {
    return outcomes_;
  }
  std::set<std::string> Reasons() const {
    std::set<std::string> reasons;
    MutexLock lock(mutex_);
    for (const auto& [index, outcome] : outcomes_) {
      if (!outcome.result.ok())
        reasons.insert(ReasonOf(outcome.result.status()));
    }
    return reasons;
  }

 private:
  class OneCall {
   public:
    explicit OneCall(RecordingObserver& observer) : observer_(observer) {
      EXPECT_FALSE(observer_.in_call_.exchange(true));
    }
    ~OneCall() { observer_.in_call_ = false; }

   private:
    RecordingObserver& observer_;
  };

  template <typename Predicate>
  int Count(Predicate predicate) const {
    MutexLock lock(mutex_);
    int count = 0;
    for (const auto& [index, outcome] : outcomes_) {
      if (predicate(outcome.result.status())) ++count;
    }
    return count;
  }

  const int item_count_;
  std::atomic<bool> in_call_{false};
  mutable Mutex mutex_;
  Condition ended_;
  std::map<int, int> started_ ABSL_GUARDED_BY(mutex_);  // index -> node id
  int started_told_ ABSL_GUARDED_BY(mutex_) = 0;  // of them, those that ended
  std::vector<int> start_order_ ABSL_GUARDED_BY(mutex_);
  std::map<int, ItemOutcome> outcomes_ ABSL_GUARDED_BY(mutex_);
  std::optional<JobEnd> end_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace perfecthash
