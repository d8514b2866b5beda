#include "engine/pipeline/workspace_pool.h"

#include <gtest/gtest.h>

#include "engine/runtime/worker_id.h"

namespace perfecthash {
namespace {

TEST(WorkspacePoolTest, EachWorkerHasAWorkspaceOfItsOwn) {
  const int worker_counts[] = {2, 1};
  WorkspacePool pool(worker_counts);
  Workspace* first = nullptr;
  {
    const ScopedWorkerId worker({.node_index = 0, .worker_index = 1});
    first = &pool.OfCurrentWorker();
    EXPECT_EQ(first, &pool.OfCurrentWorker());
  }
  const ScopedWorkerId worker({.node_index = 1, .worker_index = 0});
  EXPECT_NE(first, &pool.OfCurrentWorker());
}

}  // namespace
}  // namespace perfecthash
