#include "engine/memory/memory_budget.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "engine/coroutine/detached_task.h"

namespace perfecthash {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Resumes what was posted when the test says so.
class QueueExecutor : public Executor {
 public:
  ~QueueExecutor() override { EXPECT_TRUE(queue_.empty()); }
  void Post(Continuation& continuation) override {
    queue_.PushBack(continuation);
  }
  int Run() {
    int count = 0;
    for (; Continuation* next = queue_.PopFront(); ++count) {
      next->handle.resume();
    }
    return count;
  }

 private:
  ContinuationQueue queue_;
};

struct Outcome {
  bool ended = false;
  absl::Status status;
  Reservation reservation;
};

DetachedTask Start(Task<absl::StatusOr<Reservation>> task, Outcome& outcome,
                   std::vector<Outcome*>& order) {
  auto reservation = co_await std::move(task);
  outcome.ended = true;
  outcome.status = reservation.status();
  if (reservation.ok()) outcome.reservation = *std::move(reservation);
  order.push_back(&outcome);
}

class MemoryBudgetTest : public ::testing::Test {
 protected:
  void Reserve(std::uint64_t bytes, Outcome& outcome,
               CancellationToken token = {}) {
    Start(budget_.Reserve(bytes, executor_, token), outcome, order_);
  }

  MemoryBudget budget_{100};
  QueueExecutor executor_;
  std::vector<Outcome*> order_;
};

TEST_F(MemoryBudgetTest, FreeBytesAreReservedAtOnce) {
  Outcome first;
  Outcome second;
  Reserve(60, first);
  Reserve(40, second);
  EXPECT_THAT(order_, ElementsAre(&first, &second));
  EXPECT_EQ(first.reservation.bytes(), 60u);
  EXPECT_FALSE(first.reservation.waited());
  EXPECT_EQ(budget_.Stats().reserved_bytes, 100u);
  EXPECT_EQ(budget_.Stats().waits, 0u);
}

TEST_F(MemoryBudgetTest, WaitersAreServedInTheOrderOfArrival) {
  Outcome holder, large, little;
  Reserve(80, holder);
  Reserve(50, large);
  Reserve(30, little);
  EXPECT_THAT(order_, ElementsAre(&holder));
  holder.reservation = Reservation();
  EXPECT_THAT(order_, ElementsAre(&holder));  // nothing resumes inside
  EXPECT_EQ(executor_.Run(), 2);
  EXPECT_THAT(order_, ElementsAre(&holder, &large, &little));
  EXPECT_TRUE(large.reservation.waited());
  EXPECT_EQ(budget_.Stats().reserved_bytes, 80u);
  EXPECT_EQ(budget_.Stats().reserved_bytes_max, 80u);
  EXPECT_EQ(budget_.Stats().waits, 2u);
}

TEST_F(MemoryBudgetTest, ALargeTableThatWaitsHoldsBackNoLittleOnes) {
  Outcome hard, large;
  Reserve(80, hard);  // for hours
  Reserve(50, large);
  for (int i = 0; i < 1'000; ++i) {
    Outcome little;
    Reserve(20, little);
    EXPECT_TRUE(little.ended);
  }
  EXPECT_FALSE(large.ended);
  hard.reservation = Reservation();
  executor_.Run();
  EXPECT_TRUE(large.ended);
}

TEST_F(MemoryBudgetTest, ALoweredLimitRefusesWhoCanNeverBeServed) {
  Outcome holder, large;
  Reserve(80, holder);
  Reserve(50, large);
  budget_.SetCapacity(40);
  executor_.Run();
  EXPECT_EQ(large.status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(large.status.message()),
              AllOf(HasSubstr("50"), HasSubstr("40")));
  EXPECT_EQ(budget_.Stats().reserved_bytes, 80u);
  EXPECT_EQ(budget_.Stats().capacity_bytes, 40u);
}

TEST_F(MemoryBudgetTest, MoreThanTheWholeBudgetFailsAtOnceWithBothFigures) {
  Outcome outcome;
  Reserve(101, outcome);
  EXPECT_EQ(outcome.status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(outcome.status.message()),
              AllOf(HasSubstr("101"), HasSubstr("100")));
  EXPECT_EQ(budget_.Stats().reserved_bytes, 0u);
}

TEST_F(MemoryBudgetTest, NothingIsReservedForNothing) {
  Outcome holder, none;
  Reserve(100, holder);
  Reserve(0, none);
  EXPECT_TRUE(none.ended);
  EXPECT_TRUE(none.status.ok());
  EXPECT_EQ(none.reservation.bytes(), 0u);
}

TEST_F(MemoryBudgetTest, CancellationEndsTheWaitAndLetsTheNextThrough) {
  CancellationSource source;
  Outcome holder, cancelled, overtaker, next;
  Reserve(50, holder);
  Reserve(60, cancelled, source);
  Reserve(30, overtaker);
  holder.reservation.ShrinkTo(40);
  Reserve(30, next);
  EXPECT_THAT(order_, ElementsAre(&holder, &overtaker));
  source.Cancel();
  executor_.Run();
  EXPECT_EQ(cancelled.status.code(), absl::StatusCode::kCancelled);
  EXPECT_TRUE(next.status.ok());
  EXPECT_EQ(next.reservation.bytes(), 30u);
  EXPECT_EQ(budget_.Stats().reserved_bytes, 100u);
}

TEST_F(MemoryBudgetTest, CancelledBeforehandTakesNothing) {
  CancellationSource source;
  source.Cancel();
  Outcome outcome;
  Reserve(10, outcome, source);
  EXPECT_EQ(outcome.status.code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(budget_.Stats().reserved_bytes, 0u);
}

TEST_F(MemoryBudgetTest, ShrinkingServesTheNextWaiter) {
  Outcome holder, next;
  Reserve(100, holder);
  Reserve(70, next);
  holder.reservation.ShrinkTo(40);
  EXPECT_EQ(executor_.Run(), 0);
  holder.reservation.ShrinkTo(30);
  EXPECT_EQ(executor_.Run(), 1);
  EXPECT_TRUE(next.ended);
  EXPECT_EQ(holder.reservation.bytes(), 30u);
  EXPECT_EQ(budget_.Stats().reserved_bytes, 100u);
}

TEST_F(MemoryBudgetTest, MovedReservationIsGivenBackOnce) {
  Outcome first, second;
  Reserve(40, first);
  Reserve(50, second);
  Reservation reservation = std::move(first.reservation);
  EXPECT_EQ(first.reservation.bytes(), 0u);
  reservation = std::move(second.reservation);  // gives back the 40
  EXPECT_EQ(reservation.bytes(), 50u);
  EXPECT_EQ(budget_.Stats().reserved_bytes, 50u);
  reservation = Reservation();
  EXPECT_EQ(budget_.Stats().reserved_bytes, 0u);
}

}  // namespace
}  // namespace perfecthash
