#include "engine/io/queued_port.h"

#include <gtest/gtest.h>

#include <array>

namespace perfecthash {
namespace {

// Completes everything at once; the backends are tested by the contract.
class ImmediatePort : public QueuedPort {
 public:
  ImmediatePort() : QueuedPort(1) {}

  void Submit(Operation& operation) override {
    MutexLock lock(mutex_);
    Enqueue(operation, queued_);
    BeginFirst(queued_);
    operation.result = {.os_error = operation.request.file == -1 ? 1 : 0};
    Complete(operation);
  }
  void Cancel(Operation&) override {}
  std::size_t Wait(absl::Span<Continuation*> ready,
                   std::chrono::nanoseconds) override {
    MutexLock lock(mutex_);
    return TakeReady(ready);
  }
  std::string_view name() const override { return "immediate"; }

 private:
  ContinuationQueue queued_;
};

TEST(QueuedPortTest, WhatIsReadyIsCountedUntilItIsTaken) {
  ImmediatePort port;
  Operation good({.kind = OperationKind::kSize, .file = 7});
  Operation bad({.kind = OperationKind::kSize});
  Continuation posted;
  port.Submit(good);
  port.Submit(bad);
  port.Post(posted);
  EXPECT_EQ(port.Stats().ready_count, 3u);
  EXPECT_EQ(port.Stats().outstanding_count(), 3u);
  std::array<Continuation*, 2> ready;
  EXPECT_EQ(port.Wait(absl::MakeSpan(ready), {}), 2u);
  EXPECT_EQ(ready[0], &good);
  EXPECT_EQ(ready[1], &bad);
  EXPECT_EQ(port.Wait(absl::MakeSpan(ready), {}), 1u);
  EXPECT_EQ(ready[0], &posted);
  const CompletionPortStats stats = port.Stats();
  EXPECT_EQ(stats.completed_count, 2u);
  EXPECT_EQ(stats.failed_count, 1u);
  EXPECT_EQ(stats.posted_count, 1u);
  EXPECT_EQ(stats.delivered_count, 3u);
  EXPECT_EQ(stats.outstanding_count(), 0u);
}

TEST(QueuedPortDeathTest, NothingMayBeLeftAtTheEnd) {
  EXPECT_DEATH(
      {
        Continuation posted;
        ImmediatePort port;
        port.Post(posted);
      },
      "outstanding_count");
}

}  // namespace
}  // namespace perfecthash
