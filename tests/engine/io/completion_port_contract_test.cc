#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/base/os_error.h"
#include "engine/coroutine/detached_task.h"
#include "engine/io/completion_port.h"
#include "tests/engine/io/port_test.h"

namespace perfecthash {
namespace {

absl::StatusCode CodeOf(const Operation& operation) {
  const int os_error = operation.result.os_error;
  return os_error == 0 ? absl::StatusCode::kOk
                       : OsErrorToStatus(os_error, "test").code();
}

class CompletionPortContractTest : public PortTest {
 protected:
  // Takes exactly `count` out of the port, then sees that nothing is left.
  std::multiset<const Continuation*> Take(std::size_t count) {
    std::multiset<const Continuation*> taken;
    std::array<Continuation*, 8> ready;
    while (taken.size() < count) {
      const std::size_t batch =
          port().Wait(absl::MakeSpan(ready), CompletionPort::kForever);
      taken.insert(ready.begin(), ready.begin() + batch);
    }
    EXPECT_EQ(taken.size(), count);
    EXPECT_EQ(port().Wait(absl::MakeSpan(ready), {}), 0u);
    EXPECT_EQ(port().Stats().outstanding_count(), 0u);
    return taken;
  }

  OperationResult Do(const OperationRequest& request) {
    Operation operation(request);
    port().Submit(operation);
    EXPECT_THAT(Take(1), testing::ElementsAre(&operation));
    return operation.result;
  }

  absl::StatusCode CodeOfDoing(const OperationRequest& request) {
    const OperationResult result = Do(request);
    return result.os_error == 0
               ? absl::StatusCode::kOk
               : OsErrorToStatus(result.os_error, "test").code();
  }

  UniqueHandle::Native Open(const std::string& path) {
    const OperationResult result =
        Do({.kind = OperationKind::kOpenForRead, .path = path.c_str()});
    EXPECT_EQ(result.os_error, 0);
    return static_cast<UniqueHandle::Native>(result.value);
  }

  void Close(UniqueHandle::Native file) {
    EXPECT_EQ(Do({.kind = OperationKind::kClose, .file = file}).os_error, 0);
  }
};

TEST_P(CompletionPortContractTest, EveryOperationCompletesExactlyOnce) {
  const std::string missing = harness_->Path("missing");
  std::deque<Operation> operations;
  for (int i = 0; i < 20 * kDepth; ++i) {
    operations.emplace_back(OperationRequest{
        .kind = OperationKind::kOpenForRead, .path = missing.c_str()});
  }
  for (Operation& operation : operations) port().Submit(operation);
  const auto taken = Take(operations.size());
  for (const Operation& operation : operations) {
    EXPECT_EQ(taken.count(&operation), 1u);
    EXPECT_EQ(CodeOf(operation), absl::StatusCode::kNotFound);
  }
  const CompletionPortStats stats = port().Stats();
  EXPECT_EQ(stats.submitted_count, operations.size());
  EXPECT_EQ(stats.completed_count, operations.size());
  EXPECT_EQ(stats.failed_count, operations.size());
  EXPECT_EQ(stats.delivered_count, operations.size());
  EXPECT_LE(stats.in_flight_count_max, static_cast<std::uint64_t>(kDepth));
}

TEST_P(CompletionPortContractTest, AnOperationCanBeSubmittedAgain) {
  const std::string missing = harness_->Path("missing");
  Operation operation(
      {.kind = OperationKind::kOpenForRead, .path = missing.c_str()});
  for (int i = 0; i < 3; ++i) {
    port().Submit(operation);
    EXPECT_THAT(Take(1), testing::ElementsAre(&operation));
  }
}

TEST_P(CompletionPortContractTest, WaitHandsOutNoMoreThanAskedFor) {
  std::array<Continuation, 10> posted;
  for (Continuation& continuation : posted) port().Post(continuation);
  std::set<Continuation*> taken;
  std::array<Continuation*, 3> ready;
  while (taken.size() < posted.size()) {
    const std::size_t count = port().Wait(absl::MakeSpan(ready), {});
    ASSERT_GT(count, 0u);
    ASSERT_LE(count, ready.size());
    taken.insert(ready.begin(), ready.begin() + count);
  }
  EXPECT_EQ(port().Wait(absl::MakeSpan(ready), {}), 0u);
  EXPECT_EQ(port().Stats().posted_count, posted.size());
}

TEST_P(CompletionPortContractTest, WaitEndsAtItsTimeout) {
  std::array<Continuation*, 1> ready;
  EXPECT_EQ(port().Wait(absl::MakeSpan(ready), {}), 0u);
  const auto start = port().Now();
  const auto timeout = std::chrono::milliseconds(2);
  EXPECT_EQ(port().Wait(absl::MakeSpan(ready), timeout), 0u);
  EXPECT_GE(port().Now() - start, timeout);
}

TEST_P(CompletionPortContractTest, WhatIsWrittenCanBeReadUnderItsNewName) {
  const std::string temporary = harness_->Path("temporary");
  const std::string path = harness_->Path("file");
  std::string contents = "the contents of a file";
  const OperationResult created =
      Do({.kind = OperationKind::kCreateExclusive, .path = temporary.c_str()});
  ASSERT_EQ(created.os_error, 0);
  const auto file = static_cast<UniqueHandle::Native>(created.value);
  const OperationResult written =
      Do({.kind = OperationKind::kWrite,
          .file = file,
          .memory = contents.data(),
          .length = static_cast<std::uint32_t>(contents.size())});
  EXPECT_EQ(written.os_error, 0);
  EXPECT_EQ(written.value, static_cast<std::int64_t>(contents.size()));
  Close(file);
  EXPECT_EQ(Do({.kind = OperationKind::kRename,
                .path = temporary.c_str(),
                .new_path = path.c_str()})
                .os_error,
            0);
  EXPECT_THAT(harness_->FileNames(), testing::ElementsAre("file"));
  EXPECT_EQ(harness_->ReadFile("file"), contents);
  EXPECT_EQ(Do({.kind = OperationKind::kUnlink, .path = path.c_str()}).os_error,
            0);
  EXPECT_THAT(harness_->FileNames(), testing::IsEmpty());
}

TEST_P(CompletionPortContractTest, ReadIsShortAtTheEndAndEmptyPastIt) {
  harness_->WriteFile("file", "0123456789");
  const UniqueHandle::Native file = Open(harness_->Path("file"));
  EXPECT_EQ(Do({.kind = OperationKind::kSize, .file = file}).value, 10);
  std::array<char, 8> memory = {};
  OperationRequest read = {.kind = OperationKind::kRead,
                           .file = file,
                           .memory = memory.data(),
                           .length = memory.size(),
                           .offset = 7};
  EXPECT_EQ(Do(read).value, 3);
  EXPECT_EQ(std::string(memory.data(), 3), "789");
  read.offset = 10;
  const OperationResult past = Do(read);
  EXPECT_EQ(past.os_error, 0);
  EXPECT_EQ(past.value, 0);
  Close(file);
}

TEST_P(CompletionPortContractTest, RenameReplacesAFile) {
  harness_->WriteFile("old", "old");
  harness_->WriteFile("new", "new");
  const std::string old_path = harness_->Path("old");
  const std::string new_path = harness_->Path("new");
  EXPECT_EQ(Do({.kind = OperationKind::kRename,
                .path = new_path.c_str(),
                .new_path = old_path.c_str()})
                .os_error,
            0);
  EXPECT_EQ(harness_->ReadFile("old"), "new");
  EXPECT_EQ(harness_->ReadFile("new"), std::nullopt);
}

TEST_P(CompletionPortContractTest, AFailureIsACompletionWithItsError) {
  harness_->WriteFile("file", "contents");
  const std::string file = harness_->Path("file");
  const std::string missing = harness_->Path("missing");
  const std::string inside_file = harness_->Path("file/inside");
  const std::string directory = harness_->Path("");
  using Kind = OperationKind;
  const auto code = [this](Kind kind, const std::string& path) {
    return CodeOfDoing(
        {.kind = kind,
         .path = path.c_str(),
         .new_path = kind == Kind::kRename ? path.c_str() : nullptr});
  };
  using Code = absl::StatusCode;
  EXPECT_EQ(code(Kind::kOpenForRead, missing), Code::kNotFound);
  EXPECT_EQ(code(Kind::kCreateExclusive, file), Code::kAlreadyExists);
  EXPECT_EQ(code(Kind::kCreateExclusive, inside_file), Code::kNotFound);
  EXPECT_EQ(code(Kind::kRename, missing), Code::kNotFound);
  EXPECT_EQ(code(Kind::kUnlink, missing), Code::kNotFound);
  EXPECT_EQ(code(Kind::kMakeDirectory, file), Code::kAlreadyExists);
  for (Kind kind : {Kind::kSize, Kind::kRead, Kind::kWrite, Kind::kClose}) {
    char byte = 0;
    EXPECT_EQ(CodeOfDoing({.kind = kind,
                           .file = 1 << 19,  // open nowhere
                           .memory = &byte,
                           .length = 1}),
              Code::kInternal);
  }
}

TEST_P(CompletionPortContractTest, ADirectoryHasNoSizeAndNoBytes) {
  const std::string path = harness_->Path("directory");
  EXPECT_EQ(Do({.kind = OperationKind::kMakeDirectory, .path = path.c_str()})
                .os_error,
            0);
  const UniqueHandle::Native directory = Open(path);
  EXPECT_EQ(CodeOfDoing({.kind = OperationKind::kSize, .file = directory}),
            absl::StatusCode::kInvalidArgument);
  char byte = 0;
  EXPECT_EQ(CodeOfDoing({.kind = OperationKind::kRead,
                         .file = directory,
                         .memory = &byte,
                         .length = 1}),
            absl::StatusCode::kInvalidArgument);
  Close(directory);
}

TEST_P(CompletionPortContractTest, AttachTakesOnlyWhatIsOpen) {
  harness_->WriteFile("file", "contents");
  const UniqueHandle::Native file = harness_->OpenElsewhere("file");
  EXPECT_TRUE(port().Attach(file).ok());
  EXPECT_EQ(Do({.kind = OperationKind::kSize, .file = file}).value, 8);
  EXPECT_EQ(port().Attach(1 << 19).code(), absl::StatusCode::kInvalidArgument);
}

TEST_P(CompletionPortContractTest, ACancelledOperationStillCompletesOnce) {
  // More than the depth, so that some are running and some are queued.
  char byte = 0;
  std::deque<Operation> operations;
  for (int i = 0; i < 3 * kDepth; ++i) {
    operations.emplace_back(OperationRequest{.kind = OperationKind::kRead,
                                             .file = harness_->OpenSlow(),
                                             .memory = &byte,
                                             .length = 1});
  }
  for (Operation& operation : operations) port().Submit(operation);
  std::array<Continuation*, 1> ready;
  std::size_t early = port().Wait(absl::MakeSpan(ready), {});  // starts them
  for (Operation& operation : operations) {
    port().Cancel(operation);
    port().Cancel(operation);  // more than once is harmless
  }
  EXPECT_EQ(Take(operations.size() - early).size(), operations.size() - early);
  for (const Operation& operation : operations) {
    if (operation.result.value == 0) {
      EXPECT_NE(operation.result.os_error, 0);
    }
  }
}

TEST_P(CompletionPortContractTest, AQueuedOperationIsCancelledAtOnce) {
  char byte = 0;
  Operation operation({.kind = OperationKind::kRead,
                       .file = harness_->OpenSlow(),
                       .memory = &byte,
                       .length = 1});
  port().Submit(operation);
  port().Cancel(operation);
  Take(1);
  EXPECT_TRUE(operation.result.os_error != 0 || operation.result.value == 1);
}

TEST_P(CompletionPortContractTest, CancelOfACompletedOperationIsHarmless) {
  const std::string missing = harness_->Path("missing");
  Operation operation(
      {.kind = OperationKind::kOpenForRead, .path = missing.c_str()});
  port().Submit(operation);
  Take(1);
  port().Cancel(operation);
  std::array<Continuation*, 1> ready;
  EXPECT_EQ(port().Wait(absl::MakeSpan(ready), {}), 0u);
  EXPECT_EQ(CodeOf(operation), absl::StatusCode::kNotFound);
}

TEST_P(CompletionPortContractTest, ACloseIsNeverCancelled) {
  harness_->WriteFile("file", "contents");
  Operation operation(
      {.kind = OperationKind::kClose, .file = Open(harness_->Path("file"))});
  port().Submit(operation);
  port().Cancel(operation);
  Take(1);
  EXPECT_EQ(operation.result.os_error, 0);
  EXPECT_FALSE(port().Attach(operation.request.file).ok());
}

TEST_P(CompletionPortContractTest, AClosedPortHandsOutTheRestThenNothing) {
  std::array<Continuation, 3> posted;
  for (Continuation& continuation : posted) port().Post(continuation);
  EXPECT_FALSE(port().closed());
  port().Close();
  EXPECT_TRUE(port().closed());
  std::size_t count = 0;
  std::array<Continuation*, 2> ready;
  while (const std::size_t batch =
             port().Wait(absl::MakeSpan(ready), CompletionPort::kForever)) {
    count += batch;
  }
  EXPECT_EQ(count, posted.size());
  harness_->DestroyPort();
}

DetachedTask SetWhenResumed(CompletionPort& port, OperationRequest request,
                            bool& resumed) {
  (void)co_await Perform(port, request);
  co_await ResumeOn(port);
  resumed = true;
}

TEST_P(CompletionPortContractTest, NothingResumesInsideTheCalls) {
  const std::string missing = harness_->Path("missing");
  bool resumed = false;
  SetWhenResumed(port(),
                 {.kind = OperationKind::kOpenForRead, .path = missing.c_str()},
                 resumed);
  for (int i = 0; i < 2; ++i) {  // the operation, then the post
    std::array<Continuation*, 1> ready;
    std::size_t count = 0;
    while (count == 0) {
      count = port().Wait(absl::MakeSpan(ready), CompletionPort::kForever);
    }
    EXPECT_FALSE(resumed);
    ready[0]->handle.resume();
  }
  EXPECT_TRUE(resumed);
}

TEST_P(CompletionPortContractTest, SerialsDiffer) {
  std::set<std::uint64_t> serials;
  for (int i = 0; i < 100; ++i) serials.insert(port().NextSerial());
  EXPECT_EQ(serials.size(), 100u);
}

INSTANTIATE_TEST_SUITE_P(Ports, CompletionPortContractTest,
                         testing::ValuesIn(PortKinds()), [](const auto& suite) {
                           return ToString(suite.param);
                         });

}  // namespace
}  // namespace perfecthash
