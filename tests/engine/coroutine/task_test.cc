#include "engine/coroutine/task.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/base/status_macros.h"
#include "engine/coroutine/detached_task.h"
#include "engine/coroutine/executor.h"
#include "engine/coroutine/sync_wait.h"
#include "tests/support/queue_executor.h"

namespace perfecthash {
namespace {

Task<int> Square(int value) { co_return value* value; }

Task<int> SumOfSquares(int count) {
  int sum = 0;
  for (int i = 1; i <= count; ++i) sum += co_await Square(i);
  co_return sum;
}

TEST(TaskTest, AnAwaitedTaskReturnsItsValue) {
  EXPECT_EQ(SyncWait(SumOfSquares(4)), 30);
}

Task<> Note(bool& ran) {
  ran = true;
  co_return;
}

TEST(TaskTest, ATaskStartsWhenItIsAwaitedAndNotBefore) {
  bool ran = false;
  {
    Task<> never_awaited = Note(ran);
  }
  EXPECT_FALSE(ran);
  SyncWait(Note(ran));
  EXPECT_TRUE(ran);
}

Task<std::unique_ptr<int>> MakeUnique(int value) {
  co_return std::make_unique<int>(value);
}

TEST(TaskTest, AValueCanBeMoveOnly) { EXPECT_EQ(*SyncWait(MakeUnique(7)), 7); }

Task<absl::StatusOr<int>> Positive(int value) {
  if (value <= 0) co_return absl::InvalidArgumentError("not positive");
  co_return value;
}

Task<absl::StatusOr<int>> SumOfPositives(int a, int b) {
  CO_ASSIGN_OR_RETURN(const int first, co_await Positive(a));
  CO_ASSIGN_OR_RETURN(const int second, co_await Positive(b));
  co_return first + second;
}

TEST(TaskTest, TheMacrosLeaveACoroutineWithTheError) {
  EXPECT_EQ(*SyncWait(SumOfPositives(1, 2)), 3);
  EXPECT_EQ(SyncWait(SumOfPositives(1, -2)).status().code(),
            absl::StatusCode::kInvalidArgument);
}

struct Counted {
  explicit Counted(int& counter) : count(&counter) { ++*count; }
  Counted(Counted&& other) noexcept
      : count(std::exchange(other.count, nullptr)) {}
  Counted& operator=(Counted&&) = delete;
  ~Counted() {
    if (count != nullptr) --*count;
  }
  int* count;
};

Task<int> Hold(Counted counted) { co_return *counted.count; }

TEST(TaskTest, ParametersDieWithTheTask) {
  int alive = 0;
  EXPECT_EQ(SyncWait(Hold(Counted(alive))), 1);
  EXPECT_EQ(alive, 0);
  {
    Task<int> never_awaited = Hold(Counted(alive));
    EXPECT_EQ(alive, 1);
  }
  EXPECT_EQ(alive, 0);
}

Task<int> CountDown(int count) {
  if (count == 0) co_return 0;
  co_return 1 + co_await CountDown(count - 1);
}

Task<int> AwaitOften(int count) {
  int sum = 0;
  for (int i = 0; i < count; ++i) sum += co_await Square(1);
  co_return sum;
}

TEST(TaskTest, AwaitingDoesNotGrowTheStack) {
  EXPECT_EQ(SyncWait(AwaitOften(1'000'000)), 1'000'000);
  EXPECT_EQ(SyncWait(CountDown(100'000)), 100'000);
}

Task<> AddTwice(Executor& executor, int& sum) {
  ++sum;
  co_await ResumeOn(executor);
  ++sum;
}

DetachedTask Start(Task<> task, bool& ended) {
  co_await std::move(task);
  ended = true;
}

TEST(ExecutorTest, ResumeOnContinuesWhenTheExecutorRunsIt) {
  QueueExecutor executor;
  int sum = 0;
  bool ended = false;
  Start(AddTwice(executor, sum), ended);
  EXPECT_EQ(sum, 1);
  EXPECT_EQ(executor.size(), 1u);
  executor.RunAll();
  EXPECT_EQ(sum, 2);
  EXPECT_TRUE(ended);
}

TEST(TaskDeathTest, AwaitingTwiceIsABug) {
  const auto await_twice = [](Task<int> task) -> Task<int> {
    const int first = co_await std::move(task);
    co_return first + co_await std::move(task);
  };
  EXPECT_DEATH((void)SyncWait(await_twice(Square(2))), "CHECK failed");
}

}  // namespace
}  // namespace perfecthash
