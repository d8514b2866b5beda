#include "engine/io/file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/status_macros.h"
#include "tests/support/run_task.h"
#include "tests/support/simulated_completion_port.h"

namespace perfecthash {
namespace {

using testing::HasSubstr;

absl::Span<const std::uint8_t> Bytes(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

Task<absl::Status> WriteFile(CompletionPort& port, std::string path,
                             std::string contents,
                             CancellationToken token = {}) {
  CO_ASSIGN_OR_RETURN(File file,
                      co_await File::CreateExclusive(port, path, token));
  absl::Status status = co_await file.WriteAt(0, Bytes(contents));
  status.Update(co_await file.Close());
  co_return status;
}

Task<absl::StatusOr<std::string>> ReadFile(CompletionPort& port,
                                           std::string path,
                                           std::size_t size_bytes,
                                           CancellationToken token = {}) {
  CO_ASSIGN_OR_RETURN(File file, co_await File::OpenForRead(port, path, token));
  std::vector<std::uint8_t> memory(size_bytes);
  auto count = co_await file.ReadAt(0, absl::MakeSpan(memory));
  absl::Status status = count.status();
  status.Update(co_await file.Close());
  if (!status.ok()) co_return status;
  co_return std::string(memory.begin(), memory.begin() + *count);
}

class FileTest : public testing::Test {
 protected:
  void Simulate(const SimulationOptions& options) {
    port_.reset();
    simulation_ = std::make_unique<Simulation>(options);
    port_ = simulation_->MakePort();
    simulation_->files().AddDirectory("/data");
  }
  void SetUp() override { Simulate({}); }

  CompletionPort& port() { return *port_; }
  SimulatedFileSystem& files() { return simulation_->files(); }

  std::unique_ptr<Simulation> simulation_;
  std::unique_ptr<CompletionPort> port_;
};

TEST_F(FileTest, WhatIsWrittenIsRead) {
  EXPECT_TRUE(RunTask(port(), WriteFile(port(), "/data/a", "text")).ok());
  EXPECT_EQ(files().Contents("/data/a"), "text");
  EXPECT_EQ(*RunTask(port(), ReadFile(port(), "/data/a", 4)), "text");
}

TEST_F(FileTest, AReadPastTheEndIsShort) {
  files().AddFile("/data/a", "text");
  EXPECT_EQ(*RunTask(port(), ReadFile(port(), "/data/a", 100)), "text");
  files().AddFile("/data/empty", "");
  EXPECT_EQ(*RunTask(port(), ReadFile(port(), "/data/empty", 100)), "");
}

TEST_F(FileTest, ShortTransfersAndInterruptionsAreNotSeen) {
  const std::string contents(5000, 'x');
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    SCOPED_TRACE(seed);
    Simulate(
        {.seed = seed, .faults = {.short_transfer = 0.7, .interrupted = 0.3}});
    EXPECT_TRUE(RunTask(port(), WriteFile(port(), "/data/a", contents)).ok());
    EXPECT_EQ(*RunTask(port(), ReadFile(port(), "/data/a", 6000)), contents);
    EXPECT_EQ(files().open_file_count(), 0u);
  }
}

TEST_F(FileTest, ErrorsNameThePathAndARemedy) {
  const auto missing = RunTask(port(), ReadFile(port(), "/data/a", 4));
  EXPECT_EQ(missing.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(missing.status().message()),
              HasSubstr("cannot open /data/a"));
  files().AddFile("/data/secret", "text");
  files().Deny("/data/secret");
  const auto denied = RunTask(port(), ReadFile(port(), "/data/secret", 4));
  EXPECT_EQ(denied.status().code(), absl::StatusCode::kPermissionDenied);
  EXPECT_THAT(std::string(denied.status().message()), HasSubstr("(check the"));
}

TEST_F(FileTest, AFullDiskFailsTheWriteAndTheFileIsClosed) {
  Simulate({.disk_bytes_max = 3});
  const absl::Status status =
      RunTask(port(), WriteFile(port(), "/data/a", "text"));
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(status.message()), HasSubstr("write /data/a"));
  EXPECT_EQ(files().open_file_count(), 0u);
}

TEST_F(FileTest, AFailedCloseIsAFailureAndClosesAllTheSame) {
  Simulate({.faults = {.close_error = 1}});
  const absl::Status status =
      RunTask(port(), WriteFile(port(), "/data/a", "text"));
  EXPECT_EQ(status.code(), absl::StatusCode::kInternal);
  EXPECT_THAT(std::string(status.message()), HasSubstr("close /data/a"));
  EXPECT_EQ(files().open_file_count(), 0u);
}

// Every operation that may hang does so in one seed or another.
TEST_F(FileTest, WhatHangsEndsWhenItIsCancelledAndTheFileIsClosed) {
  int hung = 0, read_again = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    SCOPED_TRACE(seed);
    Simulate({.seed = seed, .faults = {.short_transfer = 0.5, .hang = 0.2}});
    files().AddFile("/data/a", std::string(1000, 'x'));
    CancellationSource cancellation;
    std::optional<absl::StatusOr<std::string>> read;
    std::optional<absl::Status> written;
    StoreResult(ReadFile(port(), "/data/a", 1000, cancellation), read);
    StoreResult(WriteFile(port(), "/data/b", "text", cancellation), written);
    while (!read.has_value() || !written.has_value()) {
      if (simulation_->OnlyHangs()) {
        ++hung;
        EXPECT_FALSE(cancellation.cancelled()) << "it hangs on";
        cancellation.Cancel();
      }
      ASSERT_TRUE(RunOnce(port()) > 0);
    }
    EXPECT_EQ(files().open_file_count(), 0u);
    EXPECT_TRUE(read->ok() || absl::IsCancelled(read->status()));
    if (!cancellation.cancelled()) ++read_again;
  }
  EXPECT_GT(hung, 20);
  EXPECT_GT(read_again, 20);
}

TEST_F(FileTest, NothingBeginsOnceItIsCancelled) {
  CancellationSource cancellation;
  cancellation.Cancel();
  EXPECT_TRUE(absl::IsCancelled(
      RunTask(port(), WriteFile(port(), "/data/a", "text", cancellation))));
  EXPECT_EQ(port().Stats().submitted_count, 0u);
  EXPECT_TRUE(files().Paths().empty());
}

Task<OperationResult> OpenOnly(CompletionPort& port, CancellationToken token) {
  co_return co_await Perform(
      port, {.kind = OperationKind::kOpenForRead, .path = "/data/a"}, token);
}

// Both orders of a cancellation and a completion.
TEST_F(FileTest, ACancellationBehindTheCompletionComesTooLate) {
  files().AddFile("/data/a", "text");
  CancellationSource cancellation;
  std::optional<OperationResult> result;
  StoreResult(OpenOnly(port(), cancellation), result);
  std::array<Continuation*, 1> ready;
  ASSERT_EQ(port().Wait(absl::MakeSpan(ready), CompletionPort::kForever), 1u);
  cancellation.Cancel();
  EXPECT_FALSE(result.has_value()) << "nothing resumes inside a cancellation";
  ready[0]->handle.resume();
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->os_error, 0);
  EXPECT_EQ(port().Stats().outstanding_count(), 0u);
}

TEST_F(FileTest, ACancellationBeforeTheCompletionEndsTheOperationOnce) {
  Simulate({.faults = {.hang = 1}});
  files().AddFile("/data/a", "text");
  CancellationSource cancellation;
  std::optional<OperationResult> result;
  StoreResult(OpenOnly(port(), cancellation), result);
  cancellation.Cancel();
  EXPECT_FALSE(result.has_value()) << "nothing resumes inside a cancellation";
  EXPECT_EQ(RunOnce(port()), 1u);
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->os_error, ECANCELED);
  EXPECT_EQ(port().Stats().completed_count, 1u);
  EXPECT_EQ(port().Stats().outstanding_count(), 0u);
}

// A submission cannot fail by itself: the error is a completion like others.
TEST_F(FileTest, ARefusedSubmissionIsAnErrorAndTheFileIsClosed) {
  int failed = 0;
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    SCOPED_TRACE(seed);
    Simulate({.seed = seed, .faults = {.refused = 0.3}});
    const absl::Status status =
        RunTask(port(), WriteFile(port(), "/data/a", "text"));
    if (!status.ok()) ++failed;
    EXPECT_TRUE(status.ok() || absl::IsUnavailable(status)) << status;
    EXPECT_EQ(files().open_file_count(), 0u);
  }
  EXPECT_GT(failed, 10);
  EXPECT_LT(failed, 50);
}

TEST_F(FileTest, FilesAreRenamedAndRemoved) {
  files().AddFile("/data/a", "text");
  EXPECT_TRUE(RunTask(port(), RenameFile(port(), "/data/a", "/data/b")).ok());
  EXPECT_EQ(files().Contents("/data/b"), "text");
  EXPECT_TRUE(RunTask(port(), UnlinkFile(port(), "/data/b")).ok());
  EXPECT_EQ(RunTask(port(), UnlinkFile(port(), "/data/b")).code(),
            absl::StatusCode::kNotFound);
}

TEST_F(FileTest, MissingDirectoriesAreMade) {
  for (int i = 0; i < 2; ++i) {  // the second time they are there
    EXPECT_TRUE(RunTask(port(), MakeDirectories(port(), "/data/x/y/z")).ok());
    EXPECT_TRUE(files().HasDirectory("/data/x/y/z"));
  }
}

TEST_F(FileTest, AFileInTheWayOfADirectoryIsAnError) {
  files().AddFile("/data/x", "text");
  EXPECT_EQ(RunTask(port(), MakeDirectories(port(), "/data/x/y/z")).code(),
            absl::StatusCode::kNotFound);
  files().Deny("/data");
  EXPECT_EQ(RunTask(port(), MakeDirectories(port(), "/data/u/v")).code(),
            absl::StatusCode::kPermissionDenied);
}

}  // namespace
}  // namespace perfecthash
