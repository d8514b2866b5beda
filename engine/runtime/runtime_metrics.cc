#include <string>

#include "absl/strings/str_cat.h"
#include "engine/runtime/runtime.h"

namespace perfecthash {
namespace {

using Labels = MetricsSnapshot::Labels;

double Number(std::uint64_t value) { return static_cast<double>(value); }

void AppendPort(const CompletionPortStats& port, const Labels& labels,
                MetricsSnapshot& snapshot) {
  snapshot.AddCounter("port_submitted_total", labels,
                      Number(port.submitted_count));
  snapshot.AddCounter("port_failed_total", labels, Number(port.failed_count));
  snapshot.AddCounter("port_delivered_total", labels,
                      Number(port.delivered_count));
  snapshot.AddGauge("port_in_flight", labels, Number(port.in_flight_count));
  snapshot.AddGauge("port_queued", labels, Number(port.queued_count));
  snapshot.AddGauge("port_ready", labels, Number(port.ready_count));
}

void AppendPool(const BufferPoolStats& pool, const std::string& node,
                MetricsSnapshot& snapshot) {
  for (const BufferClassStats& size_class : pool.classes) {
    const Labels labels = {
        {"node", node},
        {"capacity_bytes", absl::StrCat(size_class.capacity_bytes)}};
    snapshot.AddGauge("buffer_payload_bytes", labels,
                      Number(size_class.payload_bytes));
    snapshot.AddGauge("buffer_in_use", labels, Number(size_class.in_use_count));
    snapshot.AddGauge("buffer_in_use_max", labels,
                      Number(size_class.in_use_count_max));
    snapshot.AddCounter("buffer_hits_total", labels, Number(size_class.hits));
    snapshot.AddCounter("buffer_misses_total", labels,
                        Number(size_class.misses));
    snapshot.AddCounter("buffer_waits_total", labels, Number(size_class.waits));
  }
}

void AppendBudget(const MemoryBudgetStats& budget, MetricsSnapshot& snapshot) {
  snapshot.AddGauge("memory_budget_bytes", {}, Number(budget.capacity_bytes));
  snapshot.AddGauge("memory_reserved_bytes", {}, Number(budget.reserved_bytes));
  snapshot.AddGauge("memory_reserved_max_bytes", {},
                    Number(budget.reserved_bytes_max));
  snapshot.AddCounter("memory_waits_total", {}, Number(budget.waits));
}

}  // namespace

void Runtime::AppendMetrics(MetricsSnapshot& snapshot) const {
  for (const std::unique_ptr<Node>& node : nodes_) {
    const NodeStats stats = node->Stats();
    const std::string id = absl::StrCat(stats.id);
    const Labels labels = {{"node", id}};
    snapshot.AddGauge("node_workers", labels, stats.worker_count);
    snapshot.AddGauge("node_threads_bound", labels, node->threads_bound());
    snapshot.AddDistribution("worker_resume_seconds", labels,
                             stats.resume_time);
    AppendPort(stats.port, labels, snapshot);
    AppendPool(stats.pool, id, snapshot);
  }
  AppendBudget(budget_.Stats(), snapshot);
  snapshot.AddGauge("roots_outstanding", {},
                    static_cast<double>(roots_.count()));
}

}  // namespace perfecthash
