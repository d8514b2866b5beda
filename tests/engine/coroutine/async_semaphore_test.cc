#include "engine/coroutine/async_semaphore.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <random>
#include <thread>
#include <utility>
#include <vector>

#include "engine/coroutine/detached_task.h"
#include "engine/coroutine/task.h"
#include "tests/support/queue_executor.h"

namespace perfecthash {
namespace {

// What became of one acquisition.
struct Outcome {
  bool ended = false;
  absl::Status status;
  SemaphoreUnits units;
};

DetachedTask Acquire(AsyncSemaphore& semaphore, std::uint64_t count,
                     Executor& executor, CancellationToken token,
                     Outcome& outcome) {
  absl::StatusOr<SemaphoreUnits> units =
      co_await semaphore.Acquire(count, executor, token);
  outcome.status = units.status();
  if (units.ok()) outcome.units = *std::move(units);
  outcome.ended = true;
}

TEST(AsyncSemaphoreTest, FreeUnitsAreTakenAtOnceAndReturnedByTheirDeath) {
  AsyncSemaphore semaphore(5);
  QueueExecutor executor;
  {
    Outcome outcome;
    Acquire(semaphore, 3, executor, {}, outcome);
    EXPECT_TRUE(outcome.ended);
    EXPECT_EQ(outcome.units.count(), 3u);
    EXPECT_EQ(semaphore.available_count(), 2u);
  }
  EXPECT_EQ(semaphore.available_count(), 5u);
  EXPECT_EQ(executor.size(), 0u);
}

TEST(AsyncSemaphoreTest, AWaiterIsPostedToItsExecutorAndNotResumedInside) {
  AsyncSemaphore semaphore(2);
  QueueExecutor executor;
  SemaphoreUnits held = semaphore.TryAcquire(2);
  Outcome outcome;
  Acquire(semaphore, 1, executor, {}, outcome);
  EXPECT_EQ(semaphore.waiter_count(), 1u);
  held.Release();
  EXPECT_FALSE(outcome.ended);
  EXPECT_EQ(executor.size(), 1u);
  EXPECT_EQ(semaphore.available_count(), 1u);  // it has its unit already
  executor.RunAll();
  EXPECT_TRUE(outcome.ended);
  EXPECT_EQ(outcome.units.count(), 1u);
}

TEST(AsyncSemaphoreTest, SmallOnesOvertakeWhoCouldNotBeServedAnyway) {
  AsyncSemaphore semaphore(4);
  QueueExecutor executor;
  SemaphoreUnits first = semaphore.TryAcquire(2);
  Outcome large, small, next;
  Acquire(semaphore, 4, executor, {}, large);
  Acquire(semaphore, 1, executor, {}, small);
  EXPECT_TRUE(small.ended);
  EXPECT_EQ(semaphore.TryAcquire(2).count(), 0u) << "it does not fit";
  Acquire(semaphore, 2, executor, {}, next);
  EXPECT_FALSE(next.ended);
  small.units.Release();
  executor.RunAll();
  EXPECT_TRUE(next.ended) << "from within the line, too";
  EXPECT_FALSE(large.ended);
  first.Release();
  next.units.Release();
  executor.RunAll();
  EXPECT_TRUE(large.ended);
}

TEST(AsyncSemaphoreTest, NobodyOvertakesOnceThoseBeforeHaveMadeRoom) {
  AsyncSemaphore semaphore(4);
  QueueExecutor executor;
  SemaphoreUnits first = semaphore.TryAcquire(2);
  Outcome large, overtaker, late;
  Acquire(semaphore, 3, executor, {}, large);
  Acquire(semaphore, 2, executor, {}, overtaker);
  EXPECT_TRUE(overtaker.ended);
  first.Release();  // without the overtaker there is room for it
  EXPECT_EQ(semaphore.TryAcquire(1).count(), 0u);
  Acquire(semaphore, 1, executor, {}, late);
  executor.RunAll();
  EXPECT_FALSE(large.ended || late.ended);
  overtaker.units.Release();
  executor.RunAll();
  EXPECT_TRUE(large.ended && late.ended);
}

TEST(AsyncSemaphoreTest, WhoOvertookOneWasThereBeforeTheNext) {
  AsyncSemaphore semaphore(4);
  QueueExecutor executor;
  SemaphoreUnits first = semaphore.TryAcquire(3);
  Outcome head, overtaker, second, late;
  Acquire(semaphore, 2, executor, {}, head);
  Acquire(semaphore, 1, executor, {}, overtaker);
  Acquire(semaphore, 4, executor, {}, second);
  first.Release();
  executor.RunAll();
  EXPECT_TRUE(head.ended);
  // It cannot be served while the overtaker of the other is there.
  Acquire(semaphore, 1, executor, {}, late);
  EXPECT_TRUE(late.ended);
  overtaker.units.Release();
  late.units.Release();
  head.units.Release();
  executor.RunAll();
  EXPECT_TRUE(second.ended);
}

TEST(AsyncSemaphoreTest, MoreCapacityWakesWaiters) {
  AsyncSemaphore semaphore(1);
  QueueExecutor executor;
  const SemaphoreUnits held = semaphore.TryAcquire(1);
  Outcome first, second;
  Acquire(semaphore, 1, executor, {}, first);
  Acquire(semaphore, 1, executor, {}, second);
  semaphore.SetCapacity(2);
  executor.RunAll();
  EXPECT_TRUE(first.ended);
  EXPECT_FALSE(second.ended);
  semaphore.SetCapacity(100);
  executor.RunAll();
  EXPECT_TRUE(second.ended);
  EXPECT_EQ(semaphore.available_count(), 97u);
}

TEST(AsyncSemaphoreTest, WithLessCapacityWhatIsTakenIsOnlyGivenBack) {
  AsyncSemaphore semaphore(4);
  QueueExecutor executor;
  SemaphoreUnits first = semaphore.TryAcquire(2);
  SemaphoreUnits second = semaphore.TryAcquire(2);
  Outcome outcome;
  Acquire(semaphore, 1, executor, {}, outcome);
  semaphore.SetCapacity(2);
  EXPECT_EQ(semaphore.available_count(), 0u);
  first.Release();
  EXPECT_EQ(semaphore.available_count(), 0u);
  executor.RunAll();
  EXPECT_FALSE(outcome.ended);
  second.Release(1);
  executor.RunAll();
  EXPECT_TRUE(outcome.ended);
}

TEST(AsyncSemaphoreTest, MoreThanTheCapacityIsRefusedNowAndWhenItIsLowered) {
  AsyncSemaphore semaphore(4);
  QueueExecutor executor;
  const SemaphoreUnits held = semaphore.TryAcquire(3);
  Outcome at_once, lowered, behind;
  Acquire(semaphore, 5, executor, {}, at_once);
  EXPECT_EQ(at_once.status.code(), absl::StatusCode::kResourceExhausted);
  Acquire(semaphore, 4, executor, {}, lowered);
  Acquire(semaphore, 2, executor, {}, behind);
  semaphore.SetCapacity(3);
  executor.RunAll();
  EXPECT_EQ(lowered.status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_FALSE(behind.ended);
  semaphore.SetCapacity(5);
  executor.RunAll();
  EXPECT_TRUE(behind.status.ok());
}

TEST(AsyncSemaphoreTest, CancellationEndsAWaitAndTakesNothing) {
  AsyncSemaphore semaphore(4);
  QueueExecutor executor;
  CancellationSource source;
  SemaphoreUnits held = semaphore.TryAcquire(2);
  Outcome cancelled, overtaker, behind;
  Acquire(semaphore, 3, executor, source, cancelled);
  Acquire(semaphore, 1, executor, {}, overtaker);
  held.Release(1);
  Acquire(semaphore, 1, executor, {}, behind);
  EXPECT_FALSE(behind.ended);
  source.Cancel();
  EXPECT_FALSE(cancelled.ended);
  executor.RunAll();
  EXPECT_EQ(cancelled.status.code(), absl::StatusCode::kCancelled);
  EXPECT_TRUE(behind.ended);  // it was only held back by the other
  EXPECT_EQ(behind.units.count(), 1u);
  EXPECT_EQ(semaphore.available_count(), 1u);
}

TEST(AsyncSemaphoreTest, ACancelledTokenGetsNothing) {
  AsyncSemaphore semaphore(1);
  QueueExecutor executor;
  CancellationSource source;
  source.Cancel();
  Outcome outcome;
  Acquire(semaphore, 1, executor, source, outcome);
  EXPECT_EQ(outcome.status.code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(semaphore.available_count(), 1u);
}

TEST(AsyncSemaphoreTest, ACancellationAfterTheGrantComesTooLate) {
  AsyncSemaphore semaphore(1);
  QueueExecutor executor;
  CancellationSource source;
  SemaphoreUnits held = semaphore.TryAcquire(1);
  Outcome outcome;
  Acquire(semaphore, 1, executor, source, outcome);
  held.Release();
  source.Cancel();
  executor.RunAll();
  EXPECT_TRUE(outcome.status.ok());
  EXPECT_EQ(outcome.units.count(), 1u);
}

// Threads that take, hold and give back, some of them cancelled meanwhile. An
// executor per thread, which only that thread runs.
class LockedExecutor : public Executor {
 public:
  void Post(Continuation& continuation) override {
    MutexLock lock(mutex_);
    queue_.PushBack(continuation);
    posted_.NotifyOne();
  }
  void RunOne() {
    Continuation* continuation = nullptr;
    {
      MutexLock lock(mutex_);
      while (queue_.empty()) posted_.Wait(mutex_);
      continuation = queue_.PopFront();
    }
    continuation->handle.resume();
  }

 private:
  Mutex mutex_;
  Condition posted_;
  ContinuationQueue queue_ ABSL_GUARDED_BY(mutex_);
};

TEST(AsyncSemaphoreTest, NoUnitIsLostAmongThreadsAndCancellations) {
  constexpr std::uint64_t kCapacity = 8;
  AsyncSemaphore semaphore(kCapacity);
  std::atomic<std::uint64_t> held{0};
  std::vector<std::thread> threads;
  for (unsigned seed = 1; seed <= 3; ++seed) {
    threads.emplace_back([&, seed] {
      std::mt19937 random(seed);
      LockedExecutor executor;
      for (int round = 0; round < 2000; ++round) {
        CancellationSource source;
        Outcome outcome;
        const std::uint64_t count = 1 + random() % kCapacity;
        Acquire(semaphore, count, executor, source, outcome);
        if (random() % 3 == 0) source.Cancel();
        while (!outcome.ended) executor.RunOne();
        const std::uint64_t taken = outcome.units.count();
        EXPECT_EQ(taken, outcome.status.ok() ? count : 0);
        EXPECT_LE(held += taken, kCapacity);
        held -= taken;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(semaphore.available_count(), kCapacity);
  EXPECT_EQ(semaphore.waiter_count(), 0u);
}

}  // namespace
}  // namespace perfecthash
