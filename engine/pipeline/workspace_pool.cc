#include "engine/pipeline/workspace_pool.h"

namespace perfecthash {

WorkspacePool::WorkspacePool(const Runtime& runtime) {
  for (int i = 0; i < runtime.node_count(); ++i) {
    // Without threads of its own a node is driven by one caller.
    const int workers = std::max(1, runtime.node(i).worker_count());
    workspaces_.emplace_back(static_cast<std::size_t>(workers));
  }
}

Workspace& WorkspacePool::OfCurrentWorker() {
  const WorkerId worker = CurrentWorker();
  return workspaces_[worker.node_index][worker.worker_index];
}

void WorkspacePool::TrimOfCurrentWorker() {
  Workspace& workspace = OfCurrentWorker();
  if (workspace.bytes() > kKeptBytesMax) workspace.Trim();
}

}  // namespace perfecthash
