#include "engine/io/kernel_ring.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <array>
#include <set>

#include "engine/base/unique_handle.h"

namespace perfecthash {
namespace {

// The rest is tested through the port, by the contract.
TEST(KernelRingTest, TakesItsDepthAndTheCancellationsAtOnce) {
  constexpr int kDepth = 8;
  auto ring = KernelRing::Create(kDepth);
  if (!ring.ok()) GTEST_SKIP() << ring.status();
  std::array<Operation, kDepth> operations;
  for (Operation& operation : operations) {
    operation.request = {.kind = OperationKind::kRead, .file = 1 << 19};
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

TEST(KernelRingTest, AFileIsNonBlockingOnlyWhileItIsOpened) {
  auto ring = KernelRing::Create(1);
  if (!ring.ok()) GTEST_SKIP() << ring.status();
  Operation operation(
      {.kind = OperationKind::kOpenForRead, .path = "/proc/self/exe"});
  (*ring)->Add(operation);
  ASSERT_TRUE((*ring)->Submit());
  while ((*ring)->TakeCompleted().empty()) {
  }
  ASSERT_EQ(operation.result.os_error, 0);
  const UniqueHandle file(operation.result.value);
  EXPECT_EQ(::fcntl(static_cast<int>(file.get()), F_GETFL) & O_NONBLOCK, 0);
}

}  // namespace
}  // namespace perfecthash
