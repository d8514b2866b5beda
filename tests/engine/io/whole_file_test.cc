#include "engine/io/whole_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/coroutine/task_group.h"
#include "tests/engine/io/port_harness.h"
#include "tests/support/run_task.h"
#include "tests/support/simulated_completion_port.h"

namespace perfecthash {
namespace {

using testing::HasSubstr;

// A vector of the right size.
class VectorDestination : public ReadDestination {
 public:
  Task<absl::StatusOr<absl::Span<std::uint8_t>>> Reserve(
      std::uint64_t size_bytes) override {
    bytes.resize(size_bytes);
    co_return absl::MakeSpan(bytes);
  }
  void NotePiece() override { ++pieces; }
  std::string text() const { return {bytes.begin(), bytes.end()}; }

  std::vector<std::uint8_t> bytes;
  int pieces = 0;
};

class RefusingDestination : public ReadDestination {
 public:
  Task<absl::StatusOr<absl::Span<std::uint8_t>>> Reserve(
      std::uint64_t) override {
    co_return absl::ResourceExhaustedError("no memory left");
  }
};

Task<absl::Status> Write(CompletionPort& port, std::string path,
                         std::string contents, CancellationToken token = {}) {
  TextSource source(std::move(contents));
  std::vector<std::uint8_t> chunk(64);
  auto written = co_await WriteWholeFile(port, std::move(path), source,
                                         absl::MakeSpan(chunk), token);
  co_return written.status();
}

Task<absl::StatusOr<std::string>> Read(CompletionPort& port, std::string path,
                                       std::uint64_t size_bytes_max) {
  VectorDestination destination;
  auto size_bytes = co_await ReadWholeFile(port, std::move(path),
                                           size_bytes_max, destination);
  if (!size_bytes.ok()) co_return size_bytes.status();
  co_return destination.text();
}

// On every kind of port.
class WholeFilePortTest : public testing::TestWithParam<PortKind> {
 protected:
  void SetUp() override {
    std::string refusal;
    harness_ = MakePortHarness(GetParam(), /*depth=*/8, refusal);
    if (harness_ == nullptr) GTEST_SKIP() << refusal;
  }

  std::unique_ptr<PortHarness> harness_;
};

TEST_P(WholeFilePortTest, WhatIsWrittenIsRead) {
  CompletionPort& port = harness_->port();
  for (std::size_t size : {0, 1, 63, 64, 65, 10'000}) {
    SCOPED_TRACE(size);
    const std::string contents(size, static_cast<char>('a' + size % 26));
    EXPECT_TRUE(
        RunTask(port, Write(port, harness_->Path("file"), contents)).ok());
    EXPECT_EQ(harness_->ReadFile("file"), contents);
    EXPECT_EQ(*RunTask(port, Read(port, harness_->Path("file"), 10'000)),
              contents);
    EXPECT_THAT(harness_->FileNames(), testing::ElementsAre("file"));
  }
}

TEST_P(WholeFilePortTest, ALargeFileIsReadInPiecesThatAreTold) {
  CompletionPort& port = harness_->port();
  const std::string contents(std::size_t{33} << 20, 'x');
  TextSource source(contents);
  std::vector<std::uint8_t> chunk(std::size_t{1} << 20);
  const auto written =
      RunTask(port, WriteWholeFile(port, harness_->Path("large"), source,
                                   absl::MakeSpan(chunk), CancellationToken()));
  ASSERT_EQ(*written, contents.size());
  VectorDestination destination;
  const auto read = RunTask(port, ReadWholeFile(port, harness_->Path("large"),
                                                contents.size(), destination));
  EXPECT_EQ(*read, contents.size());
  EXPECT_EQ(destination.pieces, 3);
  EXPECT_EQ(destination.text(), contents);
}

TEST_P(WholeFilePortTest, ErrorsLeaveNothingBehind) {
  CompletionPort& port = harness_->port();
  EXPECT_EQ(
      RunTask(port, Read(port, harness_->Path("missing"), 10)).status().code(),
      absl::StatusCode::kNotFound);
  EXPECT_EQ(RunTask(port, Read(port, harness_->Path(""), 10)).status().code(),
            GetParam() == PortKind::kSimulated
                ? absl::StatusCode::kNotFound
                : absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(
      RunTask(port, Write(port, harness_->Path("missing/file"), "x")).code(),
      absl::StatusCode::kNotFound);
  CancellationSource source;
  source.Cancel();
  EXPECT_EQ(
      RunTask(port, Write(port, harness_->Path("file"), "x", source)).code(),
      absl::StatusCode::kCancelled);
  EXPECT_THAT(harness_->FileNames(), testing::IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Ports, WholeFilePortTest,
                         testing::ValuesIn(PortKinds()), [](const auto& suite) {
                           return ToString(suite.param);
                         });

class WholeFileTest : public testing::Test {
 protected:
  void Simulate(const SimulationOptions& options) {
    port_.reset();
    simulation_ = std::make_unique<Simulation>(options);
    port_ = simulation_->MakePort();
    files().AddDirectory("/data");
  }
  void SetUp() override { Simulate({}); }

  CompletionPort& port() { return *port_; }
  SimulatedFileSystem& files() { return simulation_->files(); }

  std::unique_ptr<Simulation> simulation_;
  std::unique_ptr<CompletionPort> port_;
};

TEST_F(WholeFileTest, AFileAboveTheLimitIsRefusedByName) {
  files().AddFile("/data/a", "123456");
  const auto read = RunTask(port(), Read(port(), "/data/a", 5));
  EXPECT_EQ(read.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(read.status().message()),
              HasSubstr("/data/a has 6 bytes; the limit is 5"));
  EXPECT_EQ(files().open_file_count(), 0u);
}

TEST_F(WholeFileTest, ADestinationMayRefuse) {
  files().AddFile("/data/a", "123456");
  RefusingDestination destination;
  const auto read =
      RunTask(port(), ReadWholeFile(port(), "/data/a", 10, destination));
  EXPECT_EQ(read.status().message(), "no memory left");
  EXPECT_EQ(files().open_file_count(), 0u);
}

TEST_F(WholeFileTest, AReaderSeesTheOldFileUntilTheNewOneIsWhole) {
  for (const bool refuses : {false, true}) {
    Simulate({.refuses_stores = refuses, .disk_bytes_max = 100});
    files().AddFile("/data/a", "old");
    EXPECT_EQ(
        RunTask(port(), Write(port(), "/data/a", std::string(200, 'x'))).code(),
        absl::StatusCode::kResourceExhausted);
    EXPECT_EQ(files().Contents("/data/a"), "old");
    EXPECT_THAT(files().TemporaryPaths(), testing::IsEmpty());
    EXPECT_TRUE(RunTask(port(), Write(port(), "/data/a", "new")).ok());
    EXPECT_EQ(files().Contents("/data/a"), "new");
  }
}

TEST_F(WholeFileTest, ASmallFileTakesOneOperation) {
  EXPECT_TRUE(RunTask(port(), Write(port(), "/data/a", "text")).ok());
  EXPECT_EQ(files().Contents("/data/a"), "text");
  EXPECT_EQ(port().Stats().submitted_count, 1u);
}

TEST_F(WholeFileTest, WhyAFileIsNotStoredIsToldByTheStepThatFails) {
  files().AddDirectory("/data/a");
  const absl::Status status = RunTask(port(), Write(port(), "/data/a", "text"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("rename /data/.perf"));
  EXPECT_THAT(files().Paths(), testing::IsEmpty());
}

TEST_F(WholeFileTest, AFailedCloseIsAFailureAndRemovesTheTemporary) {
  Simulate({.faults = {.close_error = 1}, .refuses_stores = true});
  EXPECT_EQ(RunTask(port(), Write(port(), "/data/a", "text")).code(),
            absl::StatusCode::kInternal);
  EXPECT_THAT(files().Paths(), testing::IsEmpty());
}

// Cancels when the second chunk is asked for.
class CancellingSource : public ByteSource {
 public:
  explicit CancellingSource(CancellationSource& source) : source_(source) {}
  std::size_t Fill(absl::Span<std::uint8_t> out) override {
    if (++fill_count > 1) source_.Cancel();
    std::fill(out.begin(), out.end(), std::uint8_t{'x'});
    return out.size();
  }
  int fill_count = 0;

 private:
  CancellationSource& source_;
};

TEST_F(WholeFileTest, CancellationStopsBetweenChunksAndRemovesTheTemporary) {
  CancellationSource cancellation;
  CancellingSource source(cancellation);
  std::vector<std::uint8_t> chunk(16);
  const auto written =
      RunTask(port(), WriteWholeFile(port(), "/data/a", source,
                                     absl::MakeSpan(chunk), cancellation));
  EXPECT_EQ(written.status().code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(source.fill_count, 2);
  EXPECT_THAT(files().Paths(), testing::IsEmpty());
  EXPECT_EQ(files().open_file_count(), 0u);
}

struct Outcome {
  std::string path;
  std::string contents;
  absl::Status written;
  std::optional<absl::StatusOr<std::string>> read;
};

Task<> WriteThenRead(CompletionPort& port, Outcome& outcome) {
  outcome.written = co_await Write(port, outcome.path, outcome.contents);
  outcome.read = co_await Read(port, outcome.path, 1000);
}

Task<> WriteThenReadAll(CompletionPort& port, std::vector<Outcome>& outcomes) {
  TaskGroup tasks;
  for (Outcome& outcome : outcomes) {
    tasks.Start(WriteThenRead(port, outcome));
  }
  co_await tasks.Join();
}

TEST_F(WholeFileTest, UnderFaultsAFileIsWholeOrNotThereAtAll) {
  std::uint64_t failure_count = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE(seed);
    Simulate({.seed = seed,
              .faults = {.short_transfer = 0.3,
                         .interrupted = 0.1,
                         .io_error = 0.01,
                         .no_space = 0.02,
                         .access_denied = 0.02,
                         .cancelled = 0.01},
              .refuses_stores = seed % 2 == 1});
    std::vector<Outcome> outcomes;
    for (int i = 0; i < 30; ++i) {
      const std::string name = std::to_string(i);
      outcomes.push_back({.path = "/data/" + name,
                          .contents = std::string(7 * i, 'a') + name,
                          .written = {},
                          .read = {}});
    }
    RunTask(port(), WriteThenReadAll(port(), outcomes));
    for (const Outcome& outcome : outcomes) {
      const auto contents = files().Contents(outcome.path);
      EXPECT_EQ(contents.has_value(), outcome.written.ok());
      EXPECT_EQ(contents.value_or(outcome.contents), outcome.contents);
      ASSERT_TRUE(outcome.read.has_value());
      if (outcome.read->ok()) EXPECT_EQ(**outcome.read, outcome.contents);
      if (!outcome.written.ok()) ++failure_count;
    }
    EXPECT_EQ(files().open_file_count(), 0u);
    // One can only be left when its removal failed too.
    if (simulation_->fault_count() < 2) {
      EXPECT_THAT(files().TemporaryPaths(), testing::IsEmpty());
    }
  }
  EXPECT_GT(failure_count, 100u);  // the faults did occur
}

}  // namespace
}  // namespace perfecthash
