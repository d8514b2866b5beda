#include "engine/pipeline/workspace_pool.h"

#include "engine/base/check.h"
#include "engine/runtime/worker_id.h"

namespace perfecthash {

WorkspacePool::WorkspacePool(absl::Span<const int> worker_counts) {
  for (const int worker_count : worker_counts) {
    workspaces_.emplace_back(static_cast<std::size_t>(worker_count));
  }
}

Workspace& WorkspacePool::OfCurrentWorker() {
  const WorkerId worker = CurrentWorker();
  CHECK(worker.valid());
  return workspaces_[static_cast<std::size_t>(worker.node_index)]
                    [static_cast<std::size_t>(worker.worker_index)];
}

}  // namespace perfecthash
