#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "engine/coroutine/detached_task.h"
#include "engine/coroutine/task.h"
#include "engine/memory/memory_budget.h"
#include "engine/metrics/metrics_snapshot.h"
#include "engine/runtime/node.h"
#include "engine/runtime/outstanding.h"
#include "engine/runtime/runtime_options.h"
#include "engine/runtime/runtime_plan.h"

namespace perfecthash {

// The selected NUMA nodes at work, and the memory budget they share. Tasks are
// started here and nowhere else, so that Stop can wait for all of them.
// Thread-safe.
class Runtime {
 public:
  // Starts the workers. Fails with InvalidArgument for an unknown node or
  // fewer threads than nodes, and with what the port or the system says.
  // What the system merely refuses (binding, priority) is in warnings().
  static absl::StatusOr<std::unique_ptr<Runtime>> Create(
      RuntimeOptions options);
  // Stops, if nobody has.
  ~Runtime();
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;

  // In the order of their ids; never empty.
  absl::Span<const std::unique_ptr<Node>> nodes() const { return nodes_; }
  Node& node(int index) const {
    return *nodes_[static_cast<std::size_t>(index)];
  }
  // Null when the node is unknown or not selected.
  Node* FindNode(int id) const;

  MemoryBudget& budget() { return budget_; }
  // All workers of all nodes; they are started by Create.
  int worker_count() const;
  // Workers, and threads of the ports' own.
  int thread_count() const;
  // True when every worker runs where it was asked to.
  bool threads_bound() const;
  // One sentence for each kind of thing that the system refused.
  const std::vector<std::string>& warnings() const { return warnings_; }
  // The backend of the ports, and why this one, in words.
  std::string io_backend() const;
  const std::string& io_backend_reason() const { return io_backend_reason_; }

  // Starts `task` as a root on a worker of `node`. Unavailable (STOPPING) once
  // Stop was called; the task then never runs.
  absl::Status Spawn(Node& node, Task<> task);
  // Roots that have not ended.
  std::int64_t outstanding_count() const { return roots_.count(); }

  // Takes no more roots, waits until all have ended, ends the workers and the
  // pools. The status names what is still out after that: nothing, unless there
  // is a bug. Not to be called by a worker. Idempotent.
  absl::Status Stop();

  // Only without workers: does what they would do, on this thread and as worker
  // 0 of each node in turn; when nothing is ready, time passes until something
  // is, or a timer is due. False when nothing will ever happen any more.
  bool RunOnce();

  // Returns idle buffers of all nodes to the system; the number of bytes. It
  // happens by itself when the last root ends (but for a few MiB), and, for
  // oversize buffers, when many roots have ended that did not want them.
  std::uint64_t TrimMemory();

  void AppendMetrics(MetricsSnapshot& snapshot) const;

 private:
  Runtime(RuntimeOptions options, const RuntimePlan& plan);

  absl::Status CreateNode(const RuntimePlan::PerNode& plan);
  void CollectWarnings();
  void WaitForRoots();
  bool WaitForNext();
  DetachedTask RunRoot(Node& node, Task<> task, Outstanding::Token token);
  void TrimAfterRoot();
  absl::Status StopNodes();

  const RuntimeOptions options_;
  MemoryBudget budget_;
  std::vector<std::string> warnings_;
  std::string io_backend_reason_;
  std::vector<std::unique_ptr<Node>> nodes_;
  Outstanding roots_;
  // Roots that still run; a token may outlive its root by the trimming.
  // Relaxed, like the other: they decide when to trim, and the pools have their
  // locks.
  std::atomic<std::int64_t> running_root_count_{0};
  std::atomic<std::uint64_t> ended_root_count_{0};
  Mutex stop_mutex_;
  std::optional<absl::Status> stop_status_ ABSL_GUARDED_BY(stop_mutex_);
};

}  // namespace perfecthash
