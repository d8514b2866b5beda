// What the completion port's backends do per second, beside plain system calls
// in the same run.
//
//   completion_port_benchmark DIRECTORY ...   such as one on tmpfs, one on disk

#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "engine/base/byte_source.h"
#include "engine/base/check.h"
#include "engine/base/file_bytes.h"
#include "engine/coroutine/sync_wait.h"
#include "engine/coroutine/task_group.h"
#include "engine/io/completion_port_backends.h"
#include "engine/io/file.h"
#include "engine/io/whole_file.h"

namespace perfecthash {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kTimePerFigure{300};
constexpr int kTasksWithFiles = 32;

// Counts until its time is over.
class Meter {
 public:
  bool running() const { return Clock::now() < end_; }
  void Add(std::uint64_t count) { count_ += count; }
  double PerSecond() const {
    const std::chrono::duration<double> seconds = Clock::now() - start_;
    return static_cast<double>(count_) / seconds.count();
  }

 private:
  const Clock::time_point start_ = Clock::now();
  const Clock::time_point end_ = start_ + kTimePerFigure;
  std::atomic<std::uint64_t> count_{0};
};

// A port with workers of its own.
class RunningPort {
 public:
  RunningPort(const CompletionPortBackend& backend, int depth,
              int worker_count) {
    auto port = backend.create({.depth = depth, .concurrency = worker_count});
    if (!port.ok()) return;
    port_ = *std::move(port);
    for (int i = 0; i < worker_count; ++i) {
      workers_.emplace_back([this] { Run(); });
    }
  }
  ~RunningPort() {
    if (port_ != nullptr) port_->Close();
    for (std::thread& worker : workers_) worker.join();
  }

  CompletionPort* port() { return port_.get(); }

 private:
  void Run() {
    std::array<Continuation*, 8> ready;
    std::size_t count = 0;
    do {
      count = port_->Wait(absl::MakeSpan(ready), CompletionPort::kForever);
      for (std::size_t i = 0; i < count; ++i) ready[i]->handle.resume();
    } while (count > 0 || !port_->closed());
  }

  std::unique_ptr<CompletionPort> port_;
  std::vector<std::thread> workers_;
};

Task<> PostOften(CompletionPort& port, Meter& meter) {
  std::uint64_t count = 0;
  for (; meter.running(); ++count) co_await ResumeOn(port);
  meter.Add(count);
}

Task<> ReadOften(CompletionPort& port, UniqueHandle::Native file,
                 Meter& meter) {
  std::vector<std::uint8_t> memory(4096);
  std::uint64_t count = 0;
  for (; meter.running(); ++count) {
    const OperationResult result =
        co_await Perform(port, {.kind = OperationKind::kRead,
                                .file = file,
                                .memory = memory.data(),
                                .length = 4096});
    CHECK(result.value == 4096);
  }
  meter.Add(count);
}

// Starts `count` tasks, each on a worker, and awaits them all.
Task<> Together(CompletionPort& port, int count,
                std::function<Task<>(int)> make_task) {
  co_await ResumeOn(port);
  TaskGroup tasks;
  for (int i = 0; i < count; ++i) tasks.Start(make_task(i));
  co_await tasks.Join();
}

Task<UniqueHandle::Native> Open(CompletionPort& port, std::string path) {
  const OperationResult result = co_await Perform(
      port, {.kind = OperationKind::kOpenForRead, .path = path.c_str()});
  CHECK(result.os_error == 0);
  co_return static_cast<UniqueHandle::Native>(result.value);
}

Task<> Close(CompletionPort& port, UniqueHandle::Native file) {
  const OperationResult result =
      co_await Perform(port, {.kind = OperationKind::kClose, .file = file});
  CHECK(result.os_error == 0);
}

void MeasurePosts(CompletionPort& port, int workers) {
  for (const int tasks : {1, 64}) {
    Meter meter;
    SyncWait(Together(port, tasks,
                      [&port, &meter](int) { return PostOften(port, meter); }));
    std::printf("  %-9s %d workers, %3d tasks: %9.0f posts/s\n",
                std::string(port.name()).c_str(), workers, tasks,
                meter.PerSecond());
  }
}

void MeasureReads(const CompletionPortBackend& backend, int workers,
                  const std::string& path) {
  for (const int depth : {1, 8, 64, 256}) {
    RunningPort running(backend, depth, workers);
    CompletionPort& port = *running.port();
    const UniqueHandle::Native file = SyncWait(Open(port, path));
    Meter meter;
    SyncWait(Together(port, depth, [&port, file, &meter](int) {
      return ReadOften(port, file, meter);
    }));
    std::printf("  %-9s %d workers, depth %3d: %9.0f reads of 4 KiB/s\n",
                std::string(port.name()).c_str(), workers, depth,
                meter.PerSecond());
    SyncWait(Close(port, file));
  }
}

class VectorDestination : public ReadDestination {
 public:
  Task<absl::StatusOr<absl::Span<std::uint8_t>>> Reserve(
      std::uint64_t size_bytes) override {
    bytes_.resize(size_bytes);
    co_return absl::MakeSpan(bytes_);
  }

 private:
  std::vector<std::uint8_t> bytes_;
};

// Files 0, 1, ... of one size; each takes the next one until all are done.
struct FileSet {
  std::string directory;
  std::size_t size_bytes;
  int count;
  std::atomic<int> next{0};

  std::string Path(int i) const { return directory + "/" + std::to_string(i); }
};

Task<> WriteFiles(CompletionPort& port, FileSet& files) {
  const std::vector<std::uint8_t> bytes(files.size_bytes, 7);
  std::vector<std::uint8_t> chunk(256 << 10);
  for (int i = files.next++; i < files.count; i = files.next++) {
    MemorySource source(bytes);
    CHECK((co_await WriteWholeFile(port, files.Path(i), source,
                                   absl::MakeSpan(chunk)))
              .ok());
  }
}

Task<> ReadFiles(CompletionPort& port, FileSet& files) {
  VectorDestination destination;
  for (int i = files.next++; i < files.count; i = files.next++) {
    CHECK((co_await ReadWholeFile(port, files.Path(i), files.size_bytes,
                                  destination))
              .ok());
  }
}

void WriteFilesPlainly(FileSet& files) {
  const std::vector<std::uint8_t> bytes(files.size_bytes, 7);
  for (int i = files.next++; i < files.count; i = files.next++) {
    CHECK(WriteFileBytes(files.Path(i), bytes).ok());
  }
}

void ReadFilesPlainly(FileSet& files) {
  for (int i = files.next++; i < files.count; i = files.next++) {
    CHECK(ReadFileBytes(files.Path(i), files.size_bytes).ok());
  }
}

// Files per second of one pass over the set.
double Pass(FileSet& files, const std::function<void()>& work) {
  files.next = 0;
  const Clock::time_point start = Clock::now();
  work();
  const std::chrono::duration<double> seconds = Clock::now() - start;
  return files.count / seconds.count();
}

void PrintFiles(const std::string& who, const FileSet& files, double written,
                double read) {
  std::printf("  %-22s %6zu bytes: %8.0f files/s written, %8.0f read\n",
              who.c_str(), files.size_bytes, written, read);
}

// In a new subdirectory, which is removed again.
void MeasureFiles(const std::string& directory, std::size_t size_bytes,
                  int count) {
  FileSet files{.directory = directory + "/completion_port_benchmark",
                .size_bytes = size_bytes,
                .count = count};
  const auto start_over = [&files] {
    std::filesystem::remove_all(files.directory);
    std::filesystem::create_directories(files.directory);
  };
  for (const int threads : {1, 2}) {
    start_over();
    const auto on_threads = [&files, threads](void (*work)(FileSet&)) {
      std::vector<std::thread> running;
      for (int i = 0; i < threads; ++i) {
        running.emplace_back([&files, work] { work(files); });
      }
      for (std::thread& thread : running) thread.join();
    };
    const double written = Pass(files, [&] { on_threads(WriteFilesPlainly); });
    const double read = Pass(files, [&] { on_threads(ReadFilesPlainly); });
    PrintFiles("plain calls, " + std::to_string(threads) + " threads", files,
               written, read);
  }
  for (const CompletionPortBackend& backend : PlatformBackends()) {
    RunningPort running(backend, /*depth=*/256, /*worker_count=*/2);
    if (running.port() == nullptr) continue;
    CompletionPort& port = *running.port();
    start_over();
    const auto by_tasks = [&](Task<> (*work)(CompletionPort&, FileSet&)) {
      SyncWait(Together(port, kTasksWithFiles, [&port, &files, work](int) {
        return work(port, files);
      }));
    };
    const double written = Pass(files, [&] { by_tasks(WriteFiles); });
    const double read = Pass(files, [&] { by_tasks(ReadFiles); });
    PrintFiles(std::string(port.name()) + ", 2 workers", files, written, read);
  }
  std::filesystem::remove_all(files.directory);
}

void Measure(const std::string& directory) {
  std::printf("%s\n", directory.c_str());
  const std::string path = directory + "/completion_port_benchmark.file";
  CHECK(WriteFileBytes(path, std::vector<std::uint8_t>(4096)).ok());
  for (const CompletionPortBackend& backend : PlatformBackends()) {
    for (const int workers : {1, 2}) {
      RunningPort running(backend, /*depth=*/256, workers);
      if (running.port() == nullptr) continue;
      MeasurePosts(*running.port(), workers);
      MeasureReads(backend, workers, path);
    }
  }
  std::filesystem::remove(path);
  MeasureFiles(directory, 200, 4000);
  MeasureFiles(directory, 200'000, 400);
}

}  // namespace
}  // namespace perfecthash

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: completion_port_benchmark DIRECTORY ...\n");
    return 2;
  }
  for (int i = 1; i < argc; ++i) perfecthash::Measure(argv[i]);
  return 0;
}
