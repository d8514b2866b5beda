#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <variant>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "engine/base/mutex.h"
#include "engine/job/job_observer.h"

namespace perfecthash {

// Tells a job's observer its news, one call at a time and in the order in
// which they were added here, without a lock held during a call.
//
// There is no thread for it: whoever has added something calls Tell() when it
// has nothing more urgent to do. One of the callers tells everything there is,
// also what is added meanwhile; the others return at once. The scheduler adds
// a start before it lets the table run, a table's end before it gives up the
// table's token, and the job's end when the last token has died; so this is
// the order of the calls.
// Thread-safe. Whoever calls keeps the reporter alive during the call.
class JobReporter {
 public:
  // `on_ended` is called when OnJobFinished has returned; the observer is let
  // go of before.
  JobReporter(std::shared_ptr<JobObserver> observer,
              std::function<void()> on_ended)
      : observer_(std::move(observer)), on_ended_(std::move(on_ended)) {}
  JobReporter(const JobReporter&) = delete;
  JobReporter& operator=(const JobReporter&) = delete;

  void AddStarted(int index, int node_id) { Add(Started{index, node_id}); }
  void AddFinished(int index, JobObserver::ItemOutcome outcome) {
    Add(Finished{index, std::move(outcome)});
  }
  // The last one.
  void AddEnded(JobEnd end) { Add(end); }

  // When this returns, what the caller added before has been told, or is being
  // told by another thread.
  void Tell();

 private:
  struct Started {
    int index;
    int node_id;
  };
  struct Finished {
    int index;
    JobObserver::ItemOutcome outcome;
  };
  using News = std::variant<Started, Finished, JobEnd>;

  void Add(News news);
  void TellOne(News& news);

  std::shared_ptr<JobObserver> observer_;
  std::function<void()> on_ended_;
  Mutex mutex_;
  std::vector<News> news_ ABSL_GUARDED_BY(mutex_);
  bool telling_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace perfecthash
