// The part of the contract that is about several workers; see
// completion_port_contract_test.cc for the rest. A simulated port has but this
// thread, which then does everybody's work in turn.

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "engine/coroutine/detached_task.h"
#include "engine/io/completion_port.h"
#include "tests/engine/io/port_harness.h"
#include "tests/support/countdown.h"
#include "tests/support/run_task.h"

namespace perfecthash {
namespace {

constexpr int kWorkerCount = 3;

class CompletionPortWorkersTest : public testing::TestWithParam<PortKind> {
 protected:
  void SetUp() override {
    std::string refusal;
    harness_ = MakePortHarness(GetParam(), /*depth=*/4, refusal);
    if (harness_ == nullptr) GTEST_SKIP() << refusal;
  }

  void TearDown() override { StopWorkers(); }

  CompletionPort& port() { return harness_->port(); }

  void StartWorkers() {
    if (!harness_->has_threads()) return;
    for (int i = 0; i < kWorkerCount; ++i) {
      workers_.emplace_back([this] { RunWorker(); });
    }
  }

  // Everything outstanding must have come out.
  void StopWorkers() {
    if (workers_.empty()) return;
    port().Close();
    for (std::thread& worker : workers_) worker.join();
    workers_.clear();
    EXPECT_EQ(port().Stats().outstanding_count(), 0u);
  }

  // Beside the workers, where there are threads.
  void RunBeside(std::vector<std::function<void()>> functions) {
    std::vector<std::thread> threads;
    for (const std::function<void()>& function : functions) {
      if (harness_->has_threads()) {
        threads.emplace_back(function);
      } else {
        function();
      }
    }
    for (std::thread& thread : threads) thread.join();
  }

  void WaitFor(Countdown& countdown) {
    if (harness_->has_threads()) return countdown.Wait();
    while (!countdown.done()) RunOnce(port());
  }

  std::unique_ptr<PortHarness> harness_;

 private:
  void RunWorker() {
    while (RunOnce(port()) > 0 || !port().closed()) {
    }
  }

  std::vector<std::thread> workers_;
};

DetachedTask PostOften(CompletionPort& port, int count, int& resumed,
                       Countdown& countdown) {
  // `resumed` is not atomic: each resumption happens after the one before.
  for (int i = 0; i < count; ++i) {
    co_await ResumeOn(port);
    ++resumed;
  }
  countdown.Arrive();
}

TEST_P(CompletionPortWorkersTest, PostsFromManyThreadsComeOutOnce) {
  constexpr int kPosterCount = 4;
  constexpr int kTasksPerPoster = 250;
  constexpr int kPostsPerTask = 20;
  StartWorkers();
  Countdown countdown(kPosterCount * kTasksPerPoster);
  std::vector<int> resumed(kPosterCount * kTasksPerPoster);
  std::vector<std::function<void()>> posters;
  for (int i = 0; i < kPosterCount; ++i) {
    posters.push_back([&, i] {
      for (int k = 0; k < kTasksPerPoster; ++k) {
        PostOften(port(), kPostsPerTask, resumed[i * kTasksPerPoster + k],
                  countdown);
      }
    });
  }
  RunBeside(std::move(posters));
  WaitFor(countdown);
  StopWorkers();
  for (int count : resumed) EXPECT_EQ(count, kPostsPerTask);
  EXPECT_EQ(port().Stats().posted_count,
            static_cast<std::uint64_t>(kPosterCount * kTasksPerPoster *
                                       kPostsPerTask));
}

TEST_P(CompletionPortWorkersTest, NoWakeUpForAPostIsLost) {
  StartWorkers();
  int resumed = 0;
  // One at a time: every post finds the workers asleep, or about to be.
  for (int i = 0; i < 5000; ++i) {
    Countdown countdown(1);
    PostOften(port(), 1, resumed, countdown);
    WaitFor(countdown);
  }
  EXPECT_EQ(resumed, 5000);
}

// Nothing like `path` may be there, nor its directory. With io_uring every
// other one of them goes through the ring, the rest to an I/O thread.
OperationRequest FailingRequest(int number, const char* path) {
  if (number % 2 == 0) {
    return {.kind = OperationKind::kOpenForRead, .path = path};
  }
  return {.kind = OperationKind::kStoreFile, .path = path, .new_path = path};
}

DetachedTask FailOften(CompletionPort& port, std::string path, int first,
                       int count, Countdown& countdown) {
  for (int i = first; i < first + count; ++i) {
    const OperationResult result =
        co_await Perform(port, FailingRequest(i, path.c_str()));
    EXPECT_NE(result.os_error, 0);
  }
  countdown.Arrive();
}

TEST_P(CompletionPortWorkersTest, NoWakeUpForAnOperationIsLost) {
  StartWorkers();
  const std::string missing = harness_->Path("missing/file");
  for (int i = 0; i < 2000; ++i) {
    Countdown countdown(1);
    FailOften(port(), missing, i, 1, countdown);
    WaitFor(countdown);
  }
}

// The worker that submits the next operation is another one than those that
// sleep.
TEST_P(CompletionPortWorkersTest, ATaskAloneGoesOnFromOperationToOperation) {
  StartWorkers();
  Countdown countdown(1);
  FailOften(port(), harness_->Path("missing/file"), 0, 5000, countdown);
  WaitFor(countdown);
}

TEST_P(CompletionPortWorkersTest, AWorkerThatIsWokenInVainComesBack) {
  if (!harness_->has_threads()) GTEST_SKIP() << "it has one thread";
  if (GetParam() == PortKind::kIocp) {
    GTEST_SKIP() << "the kernel wakes only whom it gives something";
  }
  std::atomic<bool> woken_in_vain = false;
  std::thread sleeper([&] {
    while (!port().closed()) {
      if (RunOnce(port()) == 0) woken_in_vain = true;
    }
  });
  // This thread takes what it posts, unless the sleeper is faster.
  int resumed = 0;
  int posted = 0;
  for (; posted < 100'000 && !woken_in_vain; ++posted) {
    Countdown countdown(1);
    PostOften(port(), 1, resumed, countdown);
    RunOnce(port(), std::chrono::nanoseconds(0));
    countdown.Wait();
  }
  // On a busy machine the sleeper may have slept all the while. Either way the
  // last one is for it alone.
  Countdown countdown(1);
  PostOften(port(), 1, resumed, countdown);
  countdown.Wait();
  EXPECT_EQ(resumed, posted + 1);
  port().Close();
  sleeper.join();
}

TEST_P(CompletionPortWorkersTest, OperationsAndPostsOfManyTasksAllEnd) {
  StartWorkers();
  const std::string missing = harness_->Path("missing/file");
  constexpr int kTaskCount = 50;
  Countdown countdown(2 * kTaskCount);
  std::vector<int> resumed(kTaskCount);
  for (int i = 0; i < kTaskCount; ++i) {
    FailOften(port(), missing, i, 40, countdown);
    PostOften(port(), 40, resumed[i], countdown);
  }
  WaitFor(countdown);
}

DetachedTask WriteAndReadBack(CompletionPort& port, std::string path,
                              std::string contents, Countdown& countdown) {
  OperationResult result = co_await Perform(
      port, {.kind = OperationKind::kCreateExclusive, .path = path.c_str()});
  EXPECT_EQ(result.os_error, 0);
  auto file = static_cast<UniqueHandle::Native>(result.value);
  const auto length = static_cast<std::uint32_t>(contents.size());
  result = co_await Perform(port, {.kind = OperationKind::kWrite,
                                   .file = file,
                                   .memory = contents.data(),
                                   .length = length});
  EXPECT_EQ(result.value, length);
  result =
      co_await Perform(port, {.kind = OperationKind::kClose, .file = file});
  EXPECT_EQ(result.os_error, 0);
  result = co_await Perform(
      port, {.kind = OperationKind::kOpenForRead, .path = path.c_str()});
  file = static_cast<UniqueHandle::Native>(result.value);
  std::string read(length, '\0');
  result = co_await Perform(port, {.kind = OperationKind::kRead,
                                   .file = file,
                                   .memory = read.data(),
                                   .length = length});
  EXPECT_EQ(read, contents);
  result =
      co_await Perform(port, {.kind = OperationKind::kClose, .file = file});
  countdown.Arrive();
}

TEST_P(CompletionPortWorkersTest, FilesOfManyTasksKeepTheirContents) {
  StartWorkers();
  constexpr int kTaskCount = 100;
  Countdown countdown(kTaskCount);
  for (int i = 0; i < kTaskCount; ++i) {
    WriteAndReadBack(port(), harness_->Path(std::to_string(i)),
                     "contents " + std::to_string(i), countdown);
  }
  WaitFor(countdown);
}

TEST_P(CompletionPortWorkersTest, CancelsRaceWithCompletions) {
  const std::string missing = harness_->Path("missing/file");
  for (int round = 0; round < 300; ++round) {
    std::vector<Operation> operations;
    for (int i = 0; i < 8; ++i) {
      operations.emplace_back(FailingRequest(i, missing.c_str()));
    }
    const auto submit_and_cancel = [&] {
      for (Operation& operation : operations) port().Submit(operation);
      for (Operation& operation : operations) port().Cancel(operation);
    };
    const auto take = [&] {
      std::size_t taken = 0;
      std::array<Continuation*, 4> ready;
      while (taken < operations.size()) {
        taken += port().Wait(absl::MakeSpan(ready), CompletionPort::kForever);
      }
    };
    RunBeside({submit_and_cancel, take});
    for (const Operation& operation : operations) {
      EXPECT_NE(operation.result.os_error, 0);
    }
  }
}

// Awaits an operation that the test itself submits and cancels.
struct Completed {
  Operation& operation;
  bool await_ready() const { return false; }
  void await_suspend(std::coroutine_handle<> caller) {
    operation.handle = caller;
  }
  void await_resume() const {}
};

DetachedTask AwaitOutside(Operation& operation, int& os_error,
                          Countdown& countdown) {
  co_await Completed{operation};
  os_error = operation.result.os_error;
  countdown.Arrive();
}

TEST_P(CompletionPortWorkersTest, ARunningReadCanBeCancelled) {
  StartWorkers();
  char byte = 0;
  int os_error = 0;
  Countdown countdown(1);
  Operation operation({.kind = OperationKind::kRead,
                       .file = harness_->OpenSlow(),
                       .memory = &byte,
                       .length = 1});
  AwaitOutside(operation, os_error, countdown);
  port().Submit(operation);
  port().Cancel(operation);
  WaitFor(countdown);
  if (GetParam() != PortKind::kSimulated) EXPECT_NE(os_error, 0);
}

// Does what fails, over and over, until it is cancelled.
DetachedTask FailUntilCancelled(CompletionPort& port, const char* path,
                                CancellationToken token, int& begun,
                                Countdown& started, Countdown& ended) {
  for (int os_error = 0; os_error != ECANCELED; ++begun) {
    os_error =
        (co_await Perform(port, FailingRequest(begun, path), token)).os_error;
    EXPECT_NE(os_error, 0);
    if (begun == 2) started.Arrive();
  }
  ended.Arrive();
}

TEST_P(CompletionPortWorkersTest, ACancelledTokenEndsEveryTaskOnce) {
  StartWorkers();
  const std::string missing = harness_->Path("missing/file");
  for (int round = 0; round < 50; ++round) {
    constexpr int kTasks = 8;
    CancellationSource cancellation;
    Countdown started(kTasks), ended(kTasks);
    std::array<int, kTasks> begun = {};
    for (int& count : begun) {
      FailUntilCancelled(port(), missing.c_str(), cancellation, count, started,
                         ended);
    }
    WaitFor(started);
    cancellation.Cancel();
    WaitFor(ended);
  }
}

DetachedTask GetStuck(CompletionPort& port, Countdown& stuck, Countdown& free) {
  co_await ResumeOn(port);
  stuck.Arrive();
  free.Wait();
}

DetachedTask FailAndGiveWay(CompletionPort& port, const char* path,
                            Countdown& countdown) {
  for (int i = 0; i < 20; ++i) {
    const OperationResult result =
        co_await Perform(port, FailingRequest(i, path));
    EXPECT_NE(result.os_error, 0);
    co_await ResumeOn(port);
  }
  countdown.Arrive();
}

// A worker may be stopped by whatever the system does with it: the others do
// what it would have done, but for what it holds.
TEST_P(CompletionPortWorkersTest, OneWorkerIsEnoughWhileTheOthersAreStuck) {
  if (!harness_->has_threads()) GTEST_SKIP() << "there is but one thread";
  StartWorkers();
  const std::string missing = harness_->Path("missing/file");
  Countdown free(1), others(8);
  for (int i = 1; i < kWorkerCount; ++i) {
    Countdown stuck(1);  // one after the other: a worker takes all there is
    GetStuck(port(), stuck, free);
    stuck.Wait();
  }
  for (int i = 0; i < 8; ++i) FailAndGiveWay(port(), missing.c_str(), others);
  others.Wait();
  free.Arrive();
  StopWorkers();  // before what they wait for is gone
}

TEST_P(CompletionPortWorkersTest, CloseWakesSleepingWorkers) {
  StartWorkers();
  StopWorkers();
}

INSTANTIATE_TEST_SUITE_P(Ports, CompletionPortWorkersTest,
                         testing::ValuesIn(PortKinds()), [](const auto& suite) {
                           return ToString(suite.param);
                         });

}  // namespace
}  // namespace perfecthash
