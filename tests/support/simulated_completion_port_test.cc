#include "tests/support/simulated_completion_port.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/coroutine/detached_task.h"
#include "engine/io/file.h"
#include "engine/io/whole_file.h"

namespace perfecthash {
namespace {

DetachedTask WriteFile(CompletionPort& port, std::string path,
                       std::vector<std::string>& log) {
  TextSource source("the contents of " + path);
  std::vector<std::uint8_t> chunk(7);
  const auto written =
      co_await WriteWholeFile(port, path, source, absl::MakeSpan(chunk));
  log.push_back(path + " " + written.status().ToString());
}

// The order in which the tasks on two nodes end, and how.
std::vector<std::string> RunTwoNodes(std::uint64_t seed) {
  Simulation simulation({.seed = seed, .faults = {.io_error = 0.02}});
  simulation.files().AddDirectory("/data");
  const auto first = simulation.MakePort();
  const auto second = simulation.MakePort();
  std::vector<std::string> log;
  for (int i = 0; i < 20; ++i) {
    WriteFile(i % 2 == 0 ? *first : *second, "/data/" + std::to_string(i), log);
  }
  EXPECT_TRUE(simulation.RunUntil([&log] { return log.size() == 20; }));
  EXPECT_EQ(simulation.files().open_file_count(), 0u);
  log.push_back(std::to_string(simulation.Now().time_since_epoch().count()));
  return log;
}

TEST(SimulationTest, TheSameSeedGivesTheSameRun) {
  EXPECT_EQ(RunTwoNodes(1), RunTwoNodes(1));
  EXPECT_NE(RunTwoNodes(1), RunTwoNodes(2));
}

TEST(SimulationTest, PortsShareOneClock) {
  Simulation simulation({});
  const auto first = simulation.MakePort();
  const auto second = simulation.MakePort();
  std::array<Continuation*, 1> ready;
  const auto start = second->Now();
  EXPECT_EQ(first->Wait(absl::MakeSpan(ready), std::chrono::seconds(5)), 0u);
  EXPECT_EQ(second->Now() - start, std::chrono::seconds(5));
}

TEST(SimulationTest, AWaitEndsEarlyWhenAnotherPortHasWork) {
  Simulation simulation({});
  const auto first = simulation.MakePort();
  const auto second = simulation.MakePort();
  Continuation continuation;
  second->Post(continuation);
  std::array<Continuation*, 1> ready;
  EXPECT_EQ(first->Wait(absl::MakeSpan(ready), CompletionPort::kForever), 0u);
  EXPECT_EQ(second->Wait(absl::MakeSpan(ready), CompletionPort::kForever), 1u);
}

TEST(SimulationTest, ADeadlockIsFound) {
  Simulation simulation({});
  const auto port = simulation.MakePort();
  EXPECT_FALSE(simulation.RunUntil([] { return false; }));
}

void WaitForNothing(std::uint64_t seed) {
  Simulation simulation({.seed = seed});
  const auto port = simulation.MakePort();
  std::array<Continuation*, 1> ready;
  (void)port->Wait(absl::MakeSpan(ready), CompletionPort::kForever);
}

TEST(SimulationDeathTest, AWaitThatCannotEndNamesTheSeed) {
  EXPECT_DEATH(WaitForNothing(4711), "seed 4711: deadlock");
}

TEST(SimulatedFileSystemTest, KeepsARenamedFileThatIsOpen) {
  SimulatedFileSystem files;
  files.AddFile("/a", "text");
  const UniqueHandle::Native file = files.OpenForRead("/a");
  EXPECT_EQ(
      files
          .Apply(
              {.kind = OperationKind::kRename, .path = "/a", .new_path = "/b"})
          .os_error,
      0);
  std::array<char, 4> memory;
  EXPECT_EQ(files
                .Apply({.kind = OperationKind::kRead,
                        .file = file,
                        .memory = memory.data(),
                        .length = 4})
                .value,
            4);
  EXPECT_THAT(files.Paths(), testing::ElementsAre("/b"));
}

TEST(SimulatedFileSystemTest, AFullDiskTakesWhatFits) {
  SimulatedFileSystem files(6);
  files.AddFile("/a", "1234");
  const OperationResult created =
      files.Apply({.kind = OperationKind::kCreateExclusive, .path = "/b"});
  char bytes[] = "56789";
  OperationRequest write = {
      .kind = OperationKind::kWrite,
      .file = static_cast<UniqueHandle::Native>(created.value),
      .memory = bytes,
      .length = 5};
  EXPECT_EQ(files.Apply(write).value, 2);
  write.offset = 2;
  EXPECT_NE(files.Apply(write).os_error, 0);
  EXPECT_EQ(files.used_bytes(), 6u);
}

}  // namespace
}  // namespace perfecthash
