#include "engine/pipeline/workspace_pool.h"

#include <gtest/gtest.h>

#include "engine/perfect_hash/solver.h"
#include "engine/runtime/worker_id.h"
#include "tests/support/key_sets.h"

namespace perfecthash {
namespace {

// Grows the calling worker's workspace to what one attempt needs.
void Attempt(WorkspacePool& pool, std::size_t key_count) {
  const KeySet keys = MakeKeySet(LinearKeys(key_count, 1, 7));
  const auto solver = Solver::Create(keys, {});
  ASSERT_TRUE(solver.ok());
  solver->Try(1, pool.OfCurrentWorker(), nullptr);
}

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

TEST(WorkspacePoolTest, KeepsSmallWorkspacesAndFreesLargeOnes) {
  const int worker_counts[] = {1};
  WorkspacePool pool(worker_counts);
  const ScopedWorkerId worker({.node_index = 0, .worker_index = 0});
  Attempt(pool, 1000);
  const std::size_t small_bytes = pool.OfCurrentWorker().bytes();
  pool.TrimOfCurrentWorker();
  EXPECT_EQ(pool.OfCurrentWorker().bytes(), small_bytes);

  Attempt(pool, 2'000'000);
  ASSERT_GT(pool.OfCurrentWorker().bytes(), WorkspacePool::kKeptBytesMax);
  pool.TrimOfCurrentWorker();
  EXPECT_LT(pool.OfCurrentWorker().bytes(), WorkspacePool::kKeptBytesMax);
}

}  // namespace
}  // namespace perfecthash
