#include "engine/io/kernel_ring.h"

#include <gtest/gtest.h>

#include <array>
#include <set>

namespace perfecthash {
namespace {

// The rest is tested through the port, by the contract.
TEST(KernelRingTest, TakesItsDepthAndTheCancellationsAtOnce) {
  constexpr int kDepth = 8;
  auto ring = KernelRing::Create(kDepth);
  if (!ring.ok()) GTEST_SKIP() << ring.status();
  std::array<Operation, kDepth> operations;
  for (Operation& operation : operations) {
    operation.request = {.kind = OperationKind::kSize, .file = 1 << 19};
    (*ring)->Add(operation);
    (*ring)->AddCancellation(operation);
  }
  ASSERT_TRUE((*ring)->Submit());
  std::set<const Continuation*> completed;
  while (completed.size() < operations.size()) {
    ContinuationQueue batch = (*ring)->TakeCompleted();
    while (const Continuation* continuation = batch.PopFront()) {
      EXPECT_TRUE(completed.insert(continuation).second);
    }
  }
  for (const Operation& operation : operations) {
    EXPECT_NE(operation.result.os_error, 0);
  }
}

}  // namespace
}  // namespace perfecthash
