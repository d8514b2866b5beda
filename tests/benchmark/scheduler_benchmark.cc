// What the scheduler adds to a table: jobs of tables that take no time, so all
// that is measured is queue, start, telling and end.
//
//   scheduler_benchmark [ITEMS]

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/job/scheduler.h"

namespace perfecthash {
namespace {

Task<absl::StatusOr<TableResult>> MakeNothing(TableContext&) {
  co_return TableResult{};
}

class EndObserver : public JobObserver {
 public:
  void OnItemStarted(int, int) override {}
  void OnItemFinished(int, ItemOutcome) override {}
  void OnJobFinished(JobEnd) override { ended_.set_value(); }
  void Wait() { ended_.get_future().wait(); }

 private:
  std::promise<void> ended_;
};

JobSpec MakeSpec(int items) {
  const auto options = std::make_shared<const TableOptions>();
  JobSpec spec;
  for (int i = 0; i < items; ++i) {
    spec.items.push_back({.name = "table",
                          .keys = KeyFile{"table.keys"},
                          .options = options,
                          .output_directory = ""});
  }
  return spec;
}

void Measure(int threads, int jobs, int items) {
  auto runtime = Runtime::Create(
      {.threads_per_node = threads, .memory_bytes_max = 1 << 20});
  if (!runtime.ok()) {
    std::printf("%s\n", runtime.status().ToString().c_str());
    return;
  }
  std::vector<int> worker_counts;
  for (const auto& node : (*runtime)->nodes()) {
    worker_counts.push_back(node->worker_slot_count());
  }
  WorkspacePool workspaces(worker_counts);
  Scheduler scheduler(
      **runtime, workspaces,
      {.queued_items_max = 10'000'000, .make_table = MakeNothing});
  double wall_best = 1e9, cpu_best = 1e9;
  for (int round = 0; round < 7; ++round) {
    std::vector<JobSpec> specs(static_cast<std::size_t>(jobs),
                               MakeSpec(items / jobs));
    std::vector<std::shared_ptr<EndObserver>> observers;
    const auto started = std::chrono::steady_clock::now();
    const std::clock_t cpu_started = std::clock();
    for (JobSpec& spec : specs) {
      spec.scheduling.fairness_key = std::to_string(observers.size() % 10);
      observers.push_back(std::make_shared<EndObserver>());
      if (!scheduler.Submit(std::move(spec), observers.back()).ok()) return;
    }
    for (const auto& observer : observers) observer->Wait();
    const std::chrono::duration<double> wall =
        std::chrono::steady_clock::now() - started;
    wall_best = std::min(wall_best, wall.count());
    cpu_best =
        std::min(cpu_best, static_cast<double>(std::clock() - cpu_started) /
                               CLOCKS_PER_SEC);
  }
  std::printf(
      "%d workers, %6d jobs of %6d tables: %5.2f us wall, %5.2f us cpu each\n",
      (*runtime)->worker_count(), jobs, items / jobs, wall_best * 1e6 / items,
      cpu_best * 1e6 / items);
  if (!scheduler.Stop().ok() || !(*runtime)->Stop().ok()) std::abort();
}

}  // namespace
}  // namespace perfecthash

int main(int argc, char** argv) {
  const int items = argc > 1 ? std::atoi(argv[1]) : 100'000;
  for (const int threads : {1, 2}) {
    for (const int jobs : {1, 100, items}) {
      perfecthash::Measure(threads, jobs, items);
    }
  }
}
