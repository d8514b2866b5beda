#include "engine/engine.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/base/check.h"
#include "engine/base/error_reason.h"
#include "engine/base/status_macros.h"
#include "engine/engine_assembly.h"
#include "engine/job/job_check.h"
#include "engine/job/job_setup.h"
#include "engine/job/scheduler.h"
#include "engine/runtime/runtime.h"

namespace perfecthash {
namespace {

std::vector<int> WorkerSlotCounts(const Runtime& runtime) {
  std::vector<int> counts;
  for (const auto& node : runtime.nodes()) {
    counts.push_back(node->worker_slot_count());
  }
  return counts;
}

class RunningEngine : public Engine {
 public:
  RunningEngine(std::unique_ptr<Runtime> runtime, SchedulerOptions options)
      : runtime_(std::move(runtime)),
        workspaces_(WorkerSlotCounts(*runtime_)),
        scheduler_(*runtime_, workspaces_, std::move(options)) {}

  ~RunningEngine() override { CHECK(Stop().ok()); }

  absl::StatusOr<JobId> Submit(JobSpec spec,
                               std::shared_ptr<JobObserver> observer) override {
    CHECK(observer != nullptr);
    RETURN_IF_ERROR(CheckJobSpec(spec));
    return scheduler_.Submit(std::move(spec), std::move(observer));
  }

  bool Cancel(JobId job) override { return scheduler_.Cancel(job); }

  absl::Status UpdateJob(JobId job, const JobChange& change) override {
    RETURN_IF_ERROR(CheckJobChange(change));
    return scheduler_.UpdateJob(job, change);
  }

  ConcurrencyLimits ClampLimits(ConcurrencyLimits limits) const override {
    return perfecthash::ClampLimits(limits, scheduler_.limits());
  }

  JobActivity GetActivity(JobId job) const override {
    return scheduler_.GetActivity(job);
  }

  EngineStats GetStats() const override;

  std::vector<WorkItem> ListWork() const override {
    return scheduler_.ListWork();
  }

  std::vector<NodeDescription> ListNodes() const override;

  absl::Status DrainNode(int node_id) override {
    return scheduler_.DrainNode(node_id);
  }

  absl::Status ResumeNode(int node_id) override {
    return scheduler_.ResumeNode(node_id);
  }

  std::string io_backend() const override { return runtime_->io_backend(); }

  std::string io_backend_reason() const override {
    return runtime_->io_backend_reason();
  }

  int thread_count() const override { return runtime_->thread_count(); }

  absl::Status Stop() override {
    // A job's last worker may still be on its way out of the scheduler when the
    // job is gone: the runtime waits for it.
    absl::Status status = scheduler_.Stop();
    status.Update(runtime_->Stop());
    return status;
  }

 private:
  const std::unique_ptr<Runtime> runtime_;
  WorkspacePool workspaces_;
  Scheduler scheduler_;
};

EngineStats RunningEngine::GetStats() const {
  const SchedulerStats scheduler = scheduler_.GetStats();
  const MemoryBudgetStats memory = runtime_->budget().Stats();
  EngineStats stats;
  for (std::size_t i = 0; i < runtime_->nodes().size(); ++i) {
    const NodeStats node = runtime_->nodes()[i]->Stats();
    stats.nodes.push_back(
        {.node_id = node.id,
         .port = node.port,
         .buffer_classes = node.pool.classes,
         .items_running = scheduler.items_running_on_node[i]});
  }
  stats.work_outstanding = scheduler.work_outstanding;
  stats.memory_budget_bytes = memory.capacity_bytes;
  stats.memory_reserved_bytes = memory.reserved_bytes;
  stats.memory_reserved_max_bytes = memory.reserved_bytes_max;
  stats.memory_waits = memory.waits;
  stats.jobs_queued = scheduler.jobs_queued;
  stats.jobs_running = scheduler.jobs_running;
  stats.items_queued = scheduler.items_queued;
  stats.items_running = scheduler.items_running;
  stats.items_succeeded = scheduler.items_succeeded;
  stats.items_failed = scheduler.items_failed;
  stats.items_cancelled = scheduler.items_cancelled;
  stats.attempts = scheduler.attempts;
  return stats;
}

std::vector<NodeDescription> RunningEngine::ListNodes() const {
  const SchedulerStats scheduler = scheduler_.GetStats();
  std::vector<NodeDescription> nodes;
  for (std::size_t i = 0; i < runtime_->nodes().size(); ++i) {
    const Node& node = *runtime_->nodes()[i];
    nodes.push_back(
        {.node_id = node.id(),
         .cpus = node.place().cpus,
         .threads = node.worker_count(),
         .threads_bound = node.threads_bound(),
         .memory_bytes = node.place().memory_bytes,
         .schedulable = scheduler.schedulable.Contains(static_cast<int>(i)),
         .items_running = scheduler.items_running_on_node[i]});
  }
  return nodes;
}

constexpr std::chrono::hours kStallMax{365 * 24};

absl::Status CheckAtLeast(const char* option, int value, int least) {
  if (value >= least) return absl::OkStatus();
  return WithReason(absl::InvalidArgumentError(absl::StrCat(
                        option, ": ", value, " is less than ", least)),
                    "INVALID_FIELD");
}

absl::Status CheckOptions(const EngineOptions& options) {
  RETURN_IF_ERROR(
      CheckAtLeast("threads_per_node", options.threads_per_node, 0));
  RETURN_IF_ERROR(CheckAtLeast("threads_max", options.threads_max, 0));
  RETURN_IF_ERROR(
      CheckAtLeast("queued_items_max", options.queued_items_max, 1));
  RETURN_IF_ERROR(
      CheckAtLeast("tables_max_per_node", options.tables_max_per_node, 1));
  if (options.stall_after.count() < 0 || options.stall_after > kStallMax) {
    return WithReason(absl::InvalidArgumentError(
                          "stall_after: give a time of 0 (never) to a year"),
                      "INVALID_FIELD");
  }
  if (options.node_policy == NodePolicy::Mode::kServerDefault) {
    return WithReason(
        absl::InvalidArgumentError("node_policy: name the default itself"),
        "INVALID_FIELD");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Engine>> Engine::Start(EngineOptions options) {
  RETURN_IF_ERROR(CheckOptions(options));
  ASSIGN_OR_RETURN(std::unique_ptr<Runtime> runtime,
                   Runtime::Create(RuntimeOptionsOf(options)));
  const std::size_t node_count = runtime->nodes().size();
  if (node_count > NodeSet::kNodesMax) {
    return absl::InvalidArgumentError(
        absl::StrCat("node_ids: ", node_count, " nodes are more than ",
                     NodeSet::kNodesMax, "; name those to use"));
  }
  if (options.on_warning) {
    if (options.io_backend == IoBackend::kAuto &&
        runtime->io_backend() == "threads") {
      options.on_warning(absl::StrCat("files are read and written by threads: ",
                                      runtime->io_backend_reason()));
    }
    for (const std::string& warning : runtime->warnings()) {
      options.on_warning(warning);
    }
  }
  return AssembleEngine(std::move(runtime),
                        {.queued_items_max = options.queued_items_max,
                         .tables_max_per_node = options.tables_max_per_node,
                         .node_policy = options.node_policy,
                         .make_table = MakeTable,
                         .stall_after = options.stall_after,
                         .on_stall = std::move(options.on_stall)});
}

RuntimeOptions RuntimeOptionsOf(const EngineOptions& options) {
  RuntimeOptions runtime;
  runtime.node_ids = options.node_ids;
  runtime.threads_per_node = options.threads_per_node;
  runtime.threads_max = options.threads_max;
  runtime.memory_bytes_max = options.memory_bytes_max;
  runtime.buffer_guard = options.buffer_guard;
  runtime.port.backend = options.io_backend;
  return runtime;
}

std::unique_ptr<Engine> AssembleEngine(std::unique_ptr<Runtime> runtime,
                                       SchedulerOptions options) {
  return std::make_unique<RunningEngine>(std::move(runtime),
                                         std::move(options));
}

}  // namespace perfecthash
