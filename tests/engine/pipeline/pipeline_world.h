#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/check.h"
#include "engine/pipeline/table_pipeline.h"
#include "engine/runtime/runtime.h"
#include "tests/support/key_sets.h"
#include "tests/support/simulated_completion_port.h"

namespace perfecthash {

// One simulated node and what a job would own, to run the pipeline's tasks in
// virtual time.
class PipelineWorld {
 public:
  explicit PipelineWorld(SimulationOptions simulation = {})
      : simulation_(simulation) {
    RuntimeOptions options;
    options.threads = RuntimeOptions::Threads::kNone;
    options.node_ids = {0};
    options.port_factory = [this](const NumaNode&, const CompletionPortOptions&)
        -> absl::StatusOr<CreatedCompletionPort> {
      return CreatedCompletionPort{simulation_.MakePort(), "simulated"};
    };
    options.buffer_pages = [this](const Topology& topology,
                                  const NumaNode& place, std::size_t bytes,
                                  NodePages::Guard guard) {
      return simulation_.RefusesMemory()
                 ? absl::ResourceExhaustedError("no memory, as asked for")
                 : NodePages::Allocate(topology, place, bytes, guard);
    };
    auto runtime = Runtime::Create(std::move(options));
    CHECK(runtime.ok());
    runtime_ = *std::move(runtime);
    request.name = "keys";
    request.options = options_;
    request.output_directory = "/out/keys";
  }

  TableOptions& options() { return *options_; }
  Simulation& simulation() { return simulation_; }
  SimulatedFileSystem& files() { return simulation_.files(); }
  Node& node() { return runtime_->node(0); }

  void UseKeys(const std::vector<std::uint32_t>& keys) {
    request.keys = KeyBytes{
        std::make_shared<std::vector<std::uint8_t>>(KeyFileBytes(keys))};
  }

  void UseKeyFile(const std::vector<std::uint32_t>& keys) {
    const std::vector<std::uint8_t> bytes = KeyFileBytes(keys);
    files().AddFile("/in/keys.keys", std::string(bytes.begin(), bytes.end()));
    request.keys = KeyFile{"/in/keys.keys"};
  }

  TableContext Context() {
    return TableContext{.node = node(),
                        .request = request,
                        .activity = activity,
                        .cancel = cancel,
                        .workspaces = workspaces_,
                        .engine_memory = memory,
                        .job_memory = job_memory,
                        .job_threads = job_threads,
                        .job_attempts = nullptr};
  }

  // Runs a task on the node until it ends.
  template <typename T>
  T Run(Task<T> task) {
    std::optional<T> result;
    CHECK(runtime_->Spawn(node(), Keep(std::move(task), result)).ok());
    while (!result.has_value()) {
      if (cancel_when_it_hangs && simulation_.OnlyHangs()) cancel.Cancel();
      CHECK(runtime_->RunOnce());
    }
    return *std::move(result);
  }

  absl::StatusOr<TableResult> Make() {
    TableContext context = Context();
    return Run(MakeTable(context));
  }

  TableRequest request;
  TableActivity activity;
  CancellationSource cancel;
  bool cancel_when_it_hangs = false;
  MemoryBudget memory{std::uint64_t{1} << 30};
  MemoryBudget* job_memory = nullptr;
  AsyncSemaphore* job_threads = nullptr;

 private:
  template <typename T>
  static Task<> Keep(Task<T> task, std::optional<T>& result) {
    result.emplace(co_await std::move(task));
  }

  Simulation simulation_;
  std::unique_ptr<Runtime> runtime_;
  std::shared_ptr<TableOptions> options_ = std::make_shared<TableOptions>();
  const int worker_counts_[1] = {1};
  WorkspacePool workspaces_{worker_counts_};
};

}  // namespace perfecthash
