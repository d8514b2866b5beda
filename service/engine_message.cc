#include "service/engine_message.h"

#include <cstdint>

#include "absl/strings/str_cat.h"
#include "service/rpc/proto_time.h"

namespace perfecthash {
namespace {

// Counters of the engine do not reach the sign bit.
std::int64_t Signed(std::uint64_t count) {
  return static_cast<std::int64_t>(count);
}

void FillBufferClass(const BufferClassStats& stats,
                     v1::BufferClassStats* shown) {
  shown->set_payload_bytes(Signed(stats.capacity_bytes));
  shown->set_buffers(Signed(stats.buffer_count));
  shown->set_in_use(Signed(stats.in_use_count));
  shown->set_in_use_max(Signed(stats.in_use_count_max));
  shown->set_hits(Signed(stats.hits));
  shown->set_misses(Signed(stats.misses));
  shown->set_waits(Signed(stats.waits));
}

}  // namespace

void FillNode(const NodeDescription& node, v1::Node* shown) {
  shown->set_node_id(node.node_id);
  for (const int cpu : node.cpus) shown->add_cpus(cpu);
  shown->set_threads(node.threads);
  shown->set_threads_bound(node.threads_bound);
  shown->set_items_running(node.items_running);
  shown->set_memory_bytes(Signed(node.memory_bytes));
  shown->set_schedulable(node.schedulable);
}

void FillEngineStats(const EngineStats& stats, v1::EngineStats* shown) {
  for (const EngineStats::PerNode& node : stats.nodes) {
    v1::NodeStats* out = shown->add_nodes();
    out->set_node_id(node.node_id);
    out->set_operations_outstanding(Signed(node.port.outstanding_count()));
    out->set_operations_submitted(Signed(node.port.submitted_count));
    out->set_operations_completed(Signed(node.port.completed_count));
    out->set_posts(Signed(node.port.posted_count));
    for (const BufferClassStats& buffers : node.buffer_classes) {
      FillBufferClass(buffers, out->add_buffer_classes());
    }
  }
  shown->set_work_outstanding(stats.work_outstanding);
  shown->set_memory_budget_bytes(Signed(stats.memory_budget_bytes));
  shown->set_memory_reserved_bytes(Signed(stats.memory_reserved_bytes));
  shown->set_memory_reserved_max_bytes(Signed(stats.memory_reserved_max_bytes));
  shown->set_memory_waits(Signed(stats.memory_waits));
  shown->set_items_succeeded(Signed(stats.items_succeeded));
  shown->set_items_failed(Signed(stats.items_failed));
  shown->set_items_cancelled(Signed(stats.items_cancelled));
  shown->set_attempts(Signed(stats.attempts));
}

void FillWork(const WorkItem& item, const JobRecord& job, v1::Work* shown) {
  shown->set_item(absl::StrCat(job.name(), "/items/", item.index));
  shown->set_item_id(
      job.description().item_ids[static_cast<std::size_t>(item.index)]);
  shown->set_stage(item.stage);
  *shown->mutable_age() = ToDuration(item.age);
  *shown->mutable_stage_age() = ToDuration(item.stage_age);
  *shown->mutable_progress_age() = ToDuration(item.progress_age);
  shown->set_stalled(item.stalled);
  shown->set_node_id(item.node_id);
  shown->set_lanes(item.lanes);
  shown->set_attempts(Signed(item.attempts));
}

}  // namespace perfecthash
