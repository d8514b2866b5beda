// A directory of key files to tables by the engine alone, without gRPC: the
// floor under what a bulk job costs.
//
//   engine_bulk DIRECTORY [--file-io none] [--hash-function Auto] ...

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <future>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/crash_handler.h"
#include "engine/base/error_reason.h"
#include "engine/engine.h"
#include "tests/benchmark/resident_memory.h"

namespace perfecthash {
namespace {

struct Options {
  std::string directory;
  std::string output;
  std::string file_io = "none";
  std::string io_backend = "auto";
  std::string crash_directory;
  int repeat = 1;
  int initial_lanes = 1;
  int increase_lanes_after_ms = 500;
  double solve_seconds_max = 0;
  double stall_seconds = 30;
  TableOptions table;
  ConcurrencyLimits limits;
  EngineOptions engine;
};

// Counts results; the first failures are kept to be shown.
class Totals : public JobObserver {
 public:
  void OnItemStarted(int, int) override {}

  void OnItemFinished(int index, ItemOutcome outcome) override {
    if (!outcome.result.ok()) {
      ++failed[ReasonOf(outcome.result.status())];
      return;
    }
    const TableResult& table = *outcome.result;
    ++succeeded;
    keys += table.key_count;
    attempts += table.attempts;
    for (const WrittenFile& file : table.files) {
      ++files;
      bytes += file.size_bytes;
    }
    ++functions[table.hash_function];
  }

  void OnJobFinished(JobEnd) override { finished.set_value(); }

  int succeeded = 0;
  std::uint64_t keys = 0;
  std::uint64_t attempts = 0;
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  std::map<std::string, int> failed;  // by reason
  std::map<std::string, int> functions;
  std::promise<void> finished;
};

std::vector<TableRequest> ListRequests(const Options& options) {
  auto table = std::make_shared<const TableOptions>(options.table);
  std::vector<TableRequest> requests;
  for (const auto& entry :
       std::filesystem::directory_iterator(options.directory)) {
    if (entry.path().extension() != ".keys") continue;
    const std::string name = entry.path().stem().string();
    requests.push_back({.name = name,
                        .keys = KeyFile{entry.path().string()},
                        .options = table,
                        .output_directory = options.output.empty()
                                                ? ""
                                                : options.output + "/" + name});
  }
  std::sort(requests.begin(), requests.end(),
            [](const TableRequest& a, const TableRequest& b) {
              return a.name < b.name;
            });
  return requests;
}

absl::Status RunOnce(Engine& engine, const Options& options) {
  auto totals = std::make_shared<Totals>();
  JobSpec spec;
  spec.items = ListRequests(options);
  spec.limits = options.limits;
  const auto start = std::chrono::steady_clock::now();
  auto job = engine.Submit(std::move(spec), totals);
  if (!job.ok()) return job.status();
  totals->finished.get_future().wait();
  const std::chrono::duration<double> wall =
      std::chrono::steady_clock::now() - start;
  std::printf(
      "%.3f s: %d tables, %llu keys, %llu attempts, %llu files, %llu bytes; "
      "%llu MiB resident",
      wall.count(), totals->succeeded,
      static_cast<unsigned long long>(totals->keys),
      static_cast<unsigned long long>(totals->attempts),
      static_cast<unsigned long long>(totals->files),
      static_cast<unsigned long long>(totals->bytes),
      static_cast<unsigned long long>(ResidentBytes() >> 20));
  for (const auto& [function, count] : totals->functions) {
    std::printf("; %s %d", function.c_str(), count);
  }
  for (const auto& [reason, count] : totals->failed) {
    std::printf("; FAILED %d %s", count, reason.c_str());
  }
  std::printf("\n");
  if (totals->failed.empty()) return absl::OkStatus();
  return absl::InternalError("some tables failed");
}

absl::Status Run(Options options) {
  const std::map<std::string, FileIo> modes = {
      {"overlapped", FileIo::kOverlapped},
      {"mapped", FileIo::kMapped},
      {"none", FileIo::kNone}};
  options.table.file_io = modes.at(options.file_io);
  options.table.lanes.initial = options.initial_lanes;
  options.table.lanes.increase_after =
      std::chrono::milliseconds(options.increase_lanes_after_ms);
  options.table.solve_time_max =
      std::chrono::duration_cast<std::chrono::nanoseconds>(
          std::chrono::duration<double>(options.solve_seconds_max));
  if (!options.crash_directory.empty()) {
    const absl::Status installed = InstallCrashHandler(
        {.directory = options.crash_directory, .program = "engine_bulk"});
    if (!installed.ok()) return installed;
  }
  auto backend = ParseIoBackend(options.io_backend);
  if (!backend.ok()) return backend.status();
  options.engine.io_backend = *backend;
  options.engine.on_warning = [](const std::string& warning) {
    std::fprintf(stderr, "warning: %s\n", warning.c_str());
  };
  options.engine.stall_after =
      std::chrono::duration_cast<std::chrono::milliseconds>(
          std::chrono::duration<double>(options.stall_seconds));
  options.engine.on_stall = [](const StalledTable& stalled) {
    std::fprintf(stderr, "warning: %s\n",
                 DescribeStall(stalled, "the job").c_str());
  };
  auto engine = Engine::Start(options.engine);
  if (!engine.ok()) return engine.status();
  std::printf("%s, %d threads\n", (*engine)->io_backend().c_str(),
              (*engine)->thread_count());
  absl::Status status;
  for (int i = 0; i < options.repeat; ++i) {
    status.Update(RunOnce(**engine, options));
  }
  status.Update((*engine)->Stop());
  return status;
}

}  // namespace
}  // namespace perfecthash

int main(int argc, char** argv) {
  perfecthash::Options options;
  CLI::App app("A directory of key files to tables by the engine alone");
  app.allow_windows_style_options(false);  // a path may begin with a slash
  app.add_option("directory", options.directory)
      ->required()
      ->check(CLI::ExistingDirectory);
  app.add_option("--output", options.output, "write generated files there");
  app.add_option("--crash-dir", options.crash_directory,
                 "leave a trace of a crash there");
  app.add_option("--file-io", options.file_io)
      ->check(CLI::IsMember({"overlapped", "mapped", "none"}))
      ->capture_default_str();
  app.add_option("--hash-function", options.table.solver.hash_function);
  app.add_option("--max-attempts", options.table.solver.max_attempts);
  app.add_option("--max-solve-time", options.solve_seconds_max, "seconds");
  app.add_option("--initial-lanes", options.initial_lanes);
  app.add_option("--max-lanes", options.table.lanes.max);
  app.add_option("--increase-lanes-after", options.increase_lanes_after_ms,
                 "milliseconds");
  app.add_option("--max-concurrency", options.limits.tables_max);
  app.add_option("--concurrency", options.engine.threads_per_node,
                 "threads per node; 0 = one per cpu");
  app.add_option("--memory-limit", options.engine.memory_bytes_max, "bytes");
  app.add_option("--io-backend", options.io_backend);
  app.add_option("--stall-after", options.stall_seconds,
                 "seconds without progress to warn of; 0 = never")
      ->check(CLI::NonNegativeNumber);
  app.add_option("--repeat", options.repeat);
  CLI11_PARSE(app, argc, argv);
  const absl::Status status = perfecthash::Run(std::move(options));
  if (status.ok()) return 0;
  std::fprintf(stderr, "%s\n", status.ToString().c_str());
  return 1;
}
