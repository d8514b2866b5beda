#include "engine/coroutine/task_group.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "engine/base/mutex.h"
#include "engine/coroutine/sync_wait.h"
#include "tests/support/queue_executor.h"

namespace perfecthash {
namespace {

Task<> Add(Executor& executor, int value, int& sum) {
  co_await ResumeOn(executor);
  sum += value;
}

DetachedTask StartAndJoin(Executor& executor, int count, int& sum,
                          bool& joined) {
  TaskGroup group;
  for (int i = 1; i <= count; ++i) group.Start(Add(executor, i, sum));
  co_await group.Join();
  joined = true;
}

TEST(TaskGroupTest, JoinWaitsForEveryTask) {
  QueueExecutor executor;
  int sum = 0;
  bool joined = false;
  StartAndJoin(executor, 4, sum, joined);
  for (int i = 0; i < 4; ++i) {
    EXPECT_FALSE(joined);
    executor.RunOne();
  }
  EXPECT_TRUE(joined);
  EXPECT_EQ(sum, 10);
}

TEST(TaskGroupTest, AnEmptyGroupIsJoinedAtOnce) {
  QueueExecutor executor;
  int sum = 0;
  bool joined = false;
  StartAndJoin(executor, 0, sum, joined);
  EXPECT_TRUE(joined);
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

Task<> Increment(Executor& executor, std::atomic<int>& count) {
  co_await ResumeOn(executor);
  ++count;
}

Task<> IncrementOften(Executor& executor, int task_count,
                      std::atomic<int>& count) {
  TaskGroup group;
  for (int i = 0; i < task_count; ++i) group.Start(Increment(executor, count));
  co_await group.Join();
}

TEST(TaskGroupTest, TasksMayEndOnManyThreads) {
  ThreadExecutor executor(3);
  for (int round = 0; round < 200; ++round) {
    std::atomic<int> count{0};
    SyncWait(IncrementOften(executor, 20, count));
    EXPECT_EQ(count, 20);
  }
}

}  // namespace
}  // namespace perfecthash
