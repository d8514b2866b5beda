#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "engine/base/check.h"
#include "engine/coroutine/async_semaphore.h"
#include "engine/coroutine/cancellation.h"
#include "engine/job/job_activity.h"
#include "engine/job/job_reporter.h"
#include "engine/job/job_spec.h"
#include "engine/job/queued_job.h"
#include "engine/job/work_token.h"
#include "engine/pipeline/table_pipeline.h"

namespace perfecthash {

// A job from its acceptance until its observer has been told of its end. What
// is marked as the scheduler's is guarded by its lock; the rest is immutable or
// thread-safe. Shared by the scheduler, the job's running tables and whoever
// uses its reporter.
struct ActiveJob : QueuedJob {
  static constexpr auto kUnlimited = std::numeric_limits<std::uint64_t>::max();

  struct Setup {
    JobId id = 0;
    JobSpec spec;
    QueuedJob::Options queue;
    std::shared_ptr<JobObserver> observer;
    std::function<void()> on_last_token;
    std::function<void()> on_ended;
    std::atomic<std::int64_t>* work_outstanding = nullptr;  // may be null
    // kUnlimited: no limit of the job's own.
    std::uint64_t memory_bytes_max = kUnlimited;
    std::uint64_t threads_max = kUnlimited;
    std::vector<JobActivity::PerNode> nodes;
  };

  explicit ActiveJob(Setup setup)
      : QueuedJob(std::move(setup.queue)),
        id(setup.id),
        spec(std::move(setup.spec)),
        memory(setup.memory_bytes_max),
        threads(setup.threads_max),
        reporter(std::move(setup.observer), std::move(setup.on_ended)),
        account(std::move(setup.on_last_token), setup.work_outstanding),
        nodes(std::move(setup.nodes)) {}

  // CHECKs, at the job's end, that it has nothing left of anything.
  void CheckNothingOutstanding() const {
    CHECK(!in_queue() && ended() == item_count());
    CHECK(!queue_token.held() && account.outstanding() == 0);
    for (const JobActivity::PerNode& node : nodes) {
      CHECK(node.items_running == 0);
    }
    CHECK(memory.Stats().reserved_bytes == 0);
    CHECK(threads.available_count() == threads.capacity());
  }

  const JobId id;
  const JobSpec spec;
  CancellationSource cancel;
  MemoryBudget memory;
  AsyncSemaphore threads;
  std::atomic<std::uint64_t> attempts{0};
  JobReporter reporter;
  WorkAccount account;

  // The scheduler's.
  WorkToken queue_token;     // held while items are queued
  absl::Status stop_reason;  // not OK: nothing of it starts any more
  JobEnd end = JobEnd::kCompleted;
  std::vector<JobActivity::PerNode> nodes;
};

}  // namespace perfecthash
