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

TEST(AsyncSemaphoreTest, ALargeRequestAtTheHeadHoldsBackSmallOnes) {
  AsyncSemaphore semaphore(4);
  QueueExecutor executor;
  SemaphoreUnits first = semaphore.TryAcquire(3);
  Outcome large, small;
  Acquire(semaphore, 4, executor, {}, large);
  Acquire(semaphore, 1, executor, {}, small);
  EXPECT_EQ(semaphore.TryAcquire(1).count(), 0u);
  EXPECT_EQ(semaphore.waiter_count(), 2u);
  first.Release();
  executor.RunAll();
  EXPECT_TRUE(large.ended);
  EXPECT_FALSE(small.ended);
  large.units.Release();
  executor.RunAll();
  EXPECT_TRUE(small.ended);
}

TEST(AsyncSemaphoreTest, CancellationEndsAWaitAndTakesNothing) {
  AsyncSemaphore semaphore(4);
  QueueExecutor executor;
  CancellationSource source;
  SemaphoreUnits held = semaphore.TryAcquire(3);
  Outcome cancelled, behind;
  Acquire(semaphore, 4, executor, source, cancelled);
  Acquire(semaphore, 1, executor, {}, behind);
  source.Cancel();
  EXPECT_FALSE(cancelled.ended);
  executor.RunAll();
  EXPECT_EQ(cancelled.status.code(), absl::StatusCode::kCancelled);
  EXPECT_TRUE(behind.ended);  // it was only held back by the other
  EXPECT_EQ(behind.units.count(), 1u);
  EXPECT_EQ(semaphore.available_count(), 0u);
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

TEST(AsyncSemaphoreDeathTest, MoreThanTheCapacityIsABug) {
  AsyncSemaphore semaphore(1);
  QueueExecutor executor;
  EXPECT_DEATH((void)semaphore.Acquire(2, executor), "CHECK failed");
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
