#pragma once

#include <cstddef>
#include <vector>

#include "absl/types/span.h"
#include "engine/perfect_hash/workspace.h"

namespace perfecthash {

// The scratch memory of the solver for all but large tables (see LaneScratch):
// one workspace for each worker of a runtime. A slice of solving runs on one
// worker from end to end, so thousands of tables share as many workspaces as
// there are workers. Outlives the tables that use it. Each workspace is used
// only by its worker thread.
class WorkspacePool {
 public:
  // What a workspace may grow to: it is kept for ever.
  static constexpr std::size_t kBytesMax = std::size_t{8} << 20;

  // Node::worker_slot_count() of each node.
  explicit WorkspacePool(absl::Span<const int> worker_counts);

  // The workspace of the worker that calls.
  Workspace& OfCurrentWorker();

 private:
  std::vector<std::vector<Workspace>> workspaces_;  // by node, by worker
};

}  // namespace perfecthash
