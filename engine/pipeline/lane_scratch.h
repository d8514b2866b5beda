#pragma once

#include <cstddef>
#include <memory>

#include "engine/perfect_hash/workspace.h"
#include "engine/pipeline/workspace_pool.h"

namespace perfecthash {

// The scratch memory of one solver lane: that of whichever worker it runs on,
// or its own if its table is large. So what a large table uses is what was
// reserved for its lanes, and goes when they end. Used by one thread at a time.
class LaneScratch {
 public:
  static bool IsLarge(std::size_t workspace_bytes) {
    return workspace_bytes > WorkspacePool::kBytesMax;
  }

  // `workspace_bytes` is what the table's workspaces grow to.
  LaneScratch(WorkspacePool& shared, std::size_t workspace_bytes)
      : shared_(shared),
        own_(IsLarge(workspace_bytes) ? std::make_unique<Workspace>()
                                      : nullptr) {}

  // For the slice that the calling worker runs now: ask again for the next.
  Workspace& ForSlice() {
    return own_ != nullptr ? *own_ : shared_.OfCurrentWorker();
  }

 private:
  WorkspacePool& shared_;
  const std::unique_ptr<Workspace> own_;
};

}  // namespace perfecthash
