#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/io/completion_port.h"
#include "engine/io/completion_port_factory.h"
#include "engine/job/job_activity.h"
#include "engine/job/job_change.h"
#include "engine/job/job_observer.h"
#include "engine/job/job_spec.h"
#include "engine/job/stalled_table.h"
#include "engine/memory/buffer_pool.h"
#include "engine/numa/node_pages.h"

namespace perfecthash {

// START HERE. The engine turns jobs (sets of tables to make) into generated
// files: per NUMA node a completion port with its own pinned workers, on which
// a coroutine per table reads keys, solves, verifies, generates and writes.
//
//   auto engine = Engine::Start({});
//   auto job = (*engine)->Submit(spec, observer);  // observer is told results
//   (*engine)->Stop();                             // waits for what runs

struct EngineOptions {
  std::vector<int> node_ids = {};  // NUMA nodes to use; empty = all
  int threads_per_node = 0;        // 0 = one per cpu of the node
  int threads_max = 0;             // over all nodes; 0 = no further limit
  NodePolicy::Mode node_policy = NodePolicy::Mode::kRoundRobin;
  std::uint64_t memory_bytes_max = 0;  // 0 = half of the physical memory
  int queued_items_max = 100'000;      // of all jobs; more are refused
  // Worked on at once. On top of them an eighth is in reserve for jobs that
  // have nothing running, so that they need not wait for other jobs' tables.
  int tables_max_per_node = 64;
  IoBackend io_backend = IoBackend::kAuto;
  // A page that traps behind every buffer, to find an overrun where it happens.
  NodePages::Guard buffer_guard = NodePages::Guard::kNone;
  // Told, at start-up only, what the engine runs without (a refused binding,
  // io_uring that is forbidden); may be empty.
  std::function<void(const std::string&)> on_warning = {};
  // A table without progress (a stage, an attempt, a piece of a file) for so
  // long is told to on_stall: once, and again only if it has gone on in
  // between. 0 = never; at most a year.
  std::chrono::milliseconds stall_after{30'000};
  // Called by workers, or by whoever calls the engine, without a lock of the
  // engine; may be empty.
  std::function<void(const StalledTable&)> on_stall = {};
};

struct EngineStats {
  struct PerNode {
    int node_id = 0;
    CompletionPortStats port;
    std::vector<BufferClassStats> buffer_classes;
    std::int64_t items_running = 0;
  };
  std::vector<PerNode> nodes;
  std::int64_t work_outstanding = 0;  // tokens held; 0 when idle
  std::uint64_t memory_budget_bytes = 0;
  std::uint64_t memory_reserved_bytes = 0;
  std::uint64_t memory_reserved_max_bytes = 0;
  std::uint64_t memory_waits = 0;
  std::int64_t jobs_queued = 0;
  std::int64_t jobs_running = 0;
  std::int64_t items_queued = 0;
  std::int64_t items_running = 0;
  std::uint64_t items_succeeded = 0;
  std::uint64_t items_failed = 0;
  std::uint64_t items_cancelled = 0;
  std::uint64_t attempts = 0;
};

struct NodeDescription {
  int node_id = 0;
  std::vector<int> cpus;
  int threads = 0;
  bool threads_bound = false;
  std::uint64_t memory_bytes = 0;
  bool schedulable = true;         // false: drained, nothing starts there
  std::int64_t items_running = 0;  // 0 on a drained node: it is empty
};

// Thread-safe.
class Engine {
 public:
  static absl::StatusOr<std::unique_ptr<Engine>> Start(EngineOptions options);

  virtual ~Engine() = default;  // Stop() first

  // Checks the job and queues it. Fails without a trace: InvalidArgument
  // (empty job, bad options, unknown node, TOO_MANY_ITEMS for the queue),
  // ResourceExhausted QUEUE_FULL,
  // Unavailable STOPPING. On success `observer` is told everything else; it
  // is kept until OnJobFinished has returned.
  virtual absl::StatusOr<JobId> Submit(
      JobSpec spec, std::shared_ptr<JobObserver> observer) = 0;

  // Queued items finish as cancelled at once, running ones within a slice.
  // Idempotent; false when the job is unknown or has finished.
  virtual bool Cancel(JobId job) = 0;

  // Changes an unfinished job at once. InvalidArgument INVALID_FIELD,
  // FailedPrecondition JOB_FINISHED (or it never was); then nothing changed.
  // The values are clamped as at Submit.
  virtual absl::Status UpdateJob(JobId job, const JobChange& change) = 0;

  // The limits that a job with these would get.
  virtual ConcurrencyLimits ClampLimits(ConcurrencyLimits limits) const = 0;

  virtual JobActivity GetActivity(JobId job) const = 0;  // zero when unknown
  virtual EngineStats GetStats() const = 0;
  virtual std::vector<WorkItem> ListWork() const = 0;  // oldest first
  virtual std::vector<NodeDescription> ListNodes() const = 0;

  // Nothing starts on a drained node until it is resumed; what runs there goes
  // on to its end (ListNodes shows when it is empty). Tables whose policy
  // leaves them only drained nodes wait, and may run into their job's timeout.
  // Every node may be drained. InvalidArgument NODE_UNKNOWN; idempotent.
  virtual absl::Status DrainNode(int node_id) = 0;
  virtual absl::Status ResumeNode(int node_id) = 0;

  virtual std::string io_backend() const = 0;
  virtual std::string io_backend_reason() const = 0;
  // Threads that the engine started, all of them at Start().
  virtual int thread_count() const = 0;

  // Refuses new jobs, cancels the unfinished ones, waits until nothing is
  // outstanding, ends the threads. The status names what could not be
  // accounted for: nothing, unless there is a bug.
  virtual absl::Status Stop() = 0;
};

}  // namespace perfecthash
