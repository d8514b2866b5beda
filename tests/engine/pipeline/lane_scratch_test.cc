#include "engine/pipeline/lane_scratch.h"

#include <gtest/gtest.h>

#include "engine/runtime/worker_id.h"

namespace perfecthash {
namespace {

Workspace* OnWorker(int index, LaneScratch& scratch) {
  const ScopedWorkerId worker({.node_index = 0, .worker_index = index});
  return &scratch.ForSlice();
}

TEST(LaneScratchTest, LanesOfSmallTablesUseTheWorkspaceOfTheirWorker) {
  const int worker_counts[] = {2};
  WorkspacePool pool(worker_counts);
  LaneScratch first(pool, WorkspacePool::kBytesMax);
  LaneScratch second(pool, WorkspacePool::kBytesMax);
  EXPECT_EQ(OnWorker(0, first), OnWorker(0, second));
  EXPECT_NE(OnWorker(0, first), OnWorker(1, first));
}

TEST(LaneScratchTest, ALaneOfALargeTableHasAWorkspaceOfItsOwn) {
  const int worker_counts[] = {2};
  WorkspacePool pool(worker_counts);
  LaneScratch first(pool, WorkspacePool::kBytesMax + 1);
  LaneScratch second(pool, WorkspacePool::kBytesMax + 1);
  EXPECT_NE(OnWorker(0, first), OnWorker(0, second));
  EXPECT_EQ(OnWorker(0, first), OnWorker(1, first));
}

}  // namespace
}  // namespace perfecthash
