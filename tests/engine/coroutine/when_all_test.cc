#include "engine/coroutine/when_all.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <utility>
#include <vector>

#include "engine/base/mutex.h"
#include "engine/coroutine/executor.h"
#include "engine/coroutine/sync_wait.h"
#include "tests/support/queue_executor.h"

namespace perfecthash {
namespace {

Task<int> Delayed(Executor& executor, int value) {
  co_await ResumeOn(executor);
  co_return value;
}

Task<int> Immediate(int value) { co_return value; }

DetachedTask Store(Task<std::vector<int>> task, std::vector<int>& values) {
  values = co_await std::move(task);
}

TEST(WhenAllTest, ResultsAreInTheOrderOfTheTasks) {
  QueueExecutor early, late;
  std::vector<Task<int>> tasks;
  tasks.push_back(Delayed(late, 1));
  tasks.push_back(Immediate(2));
  tasks.push_back(Delayed(early, 3));
  std::vector<int> values;
  Store(WhenAll(std::move(tasks)), values);
  early.RunAll();
  EXPECT_TRUE(values.empty());
  late.RunAll();
  EXPECT_THAT(values, testing::ElementsAre(1, 2, 3));
}

TEST(WhenAllTest, AllOfNothingIsDoneAtOnce) {
  EXPECT_TRUE(SyncWait(WhenAll(std::vector<Task<int>>())).empty());
  SyncWait(WhenAll(std::vector<Task<>>()));
}

TEST(WhenAllTest, TasksThatNeverSuspendAreDoneAtOnce) {
  std::vector<Task<int>> tasks;
  for (int i = 0; i < 3; ++i) tasks.push_back(Immediate(i));
  EXPECT_THAT(SyncWait(WhenAll(std::move(tasks))),
              testing::ElementsAre(0, 1, 2));
}

// Resumes on threads of its own, to have tasks end at the same time.
class ThreadExecutor : public Executor {
 public:
  explicit ThreadExecutor(int thread_count) {
    for (int i = 0; i < thread_count; ++i) {
      threads_.emplace_back([this] { Run(); });
    }
  }
  ~ThreadExecutor() override {
    {
      MutexLock lock(mutex_);
      stopping_ = true;
      changed_.NotifyAll();
    }
    for (std::thread& thread : threads_) thread.join();
  }

  void Post(Continuation& continuation) override {
    MutexLock lock(mutex_);
    queue_.PushBack(continuation);
    changed_.NotifyOne();
  }

 private:
  void Run() {
    for (;;) {
      Continuation* continuation = nullptr;
      {
        MutexLock lock(mutex_);
        while (queue_.empty() && !stopping_) changed_.Wait(mutex_);
        continuation = queue_.PopFront();
      }
      if (continuation == nullptr) return;
      continuation->handle.resume();
    }
  }

  Mutex mutex_;
  Condition changed_;
  ContinuationQueue queue_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

Task<int> Sum(Executor& executor, int count) {
  std::vector<Task<int>> tasks;
  for (int i = 0; i < count; ++i) tasks.push_back(Delayed(executor, i));
  int sum = 0;
  for (int value : co_await WhenAll(std::move(tasks))) sum += value;
  co_return sum;
}

TEST(WhenAllTest, TasksMayEndOnManyThreads) {
  ThreadExecutor executor(3);
  for (int round = 0; round < 200; ++round) {
    EXPECT_EQ(SyncWait(Sum(executor, 20)), 190);
  }
}

Task<> Increment(Executor& executor, std::atomic<int>& count) {
  co_await ResumeOn(executor);
  ++count;
}

TEST(WhenAllTest, TasksWithoutValueAllRun) {
  ThreadExecutor executor(2);
  std::atomic<int> count{0};
  std::vector<Task<>> tasks;
  for (int i = 0; i < 100; ++i) tasks.push_back(Increment(executor, count));
  SyncWait(WhenAll(std::move(tasks)));
  EXPECT_EQ(count, 100);
}

}  // namespace
}  // namespace perfecthash
