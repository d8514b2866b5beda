// A directory of key files to tables by the engine alone, without gRPC: the
// floor under what a bulk job costs.
//
//   engine_bulk DIRECTORY [--file-io none] [--hash-function Auto] ...

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <future>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "engine/base/crash_handler.h"
#include "engine/base/error_reason.h"
#include "engine/base/status_macros.h"
#include "engine/engine.h"
#include "tests/benchmark/engine_bulk_flags.h"
#include "tests/benchmark/plain_comparison.h"
#include "tests/benchmark/process_usage.h"
#include "tests/benchmark/stopwatch.h"

namespace perfecthash {
namespace {

// For printf.
unsigned long long Number(std::uint64_t value) { return value; }

// Counts results.
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

  void Print(Seconds wall) const {
    std::printf(
        "%.3f s: %d tables, %llu keys, %llu attempts, %llu files, %llu bytes; "
        "%llu MiB resident",
        wall.count(), succeeded, Number(keys), Number(attempts), Number(files),
        Number(bytes), Number(ResidentBytes() >> 20));
    for (const auto& [function, count] : functions) {
      std::printf("; %s %d", function.c_str(), count);
    }
    for (const auto& [reason, count] : failed) {
      std::printf("; FAILED %d %s", count, reason.c_str());
    }
    std::printf("\n");
  }

  int succeeded = 0;
  std::uint64_t keys = 0;
  std::uint64_t attempts = 0;
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  std::map<std::string, int> failed;  // by reason
  std::map<std::string, int> functions;
  std::promise<void> finished;
};

std::vector<TableRequest> ListRequests(const EngineBulkFlags& flags) {
  std::vector<TableRequest> requests;
  for (const auto& entry :
       std::filesystem::directory_iterator(flags.directory)) {
    if (entry.path().extension() != ".keys") continue;
    const std::string name = entry.path().stem().string();
    requests.push_back({.name = name,
                        .keys = KeyFile{entry.path().string()},
                        .size_hint_bytes = entry.file_size(),
                        .options = flags.table,
                        .output_directory = flags.output.empty()
                                                ? ""
                                                : flags.output + "/" + name});
  }
  std::sort(requests.begin(), requests.end(),
            [](const TableRequest& a, const TableRequest& b) {
              return a.name < b.name;
            });
  return requests;
}

[[noreturn]] void AbortAsHung(const Engine& engine) {
  std::fprintf(stderr, "HANG: the job has not ended. Unfinished:\n");
  for (const WorkItem& item : engine.ListWork()) {
    std::fprintf(stderr, "  %s: %s for %.1f s, %d lanes, %llu attempts\n",
                 item.name.c_str(), item.stage.c_str(),
                 Seconds(item.stage_age).count(), item.lanes,
                 Number(item.attempts));
  }
  std::abort();
}

absl::StatusOr<Time> RunOnce(Engine& engine, const EngineBulkFlags& flags) {
  auto totals = std::make_shared<Totals>();
  JobSpec spec = flags.job;
  spec.items = ListRequests(flags);
  const Stopwatch stopwatch;
  auto job = engine.Submit(std::move(spec), totals);
  if (!job.ok()) return job.status();
  std::future<void> finished = totals->finished.get_future();
  if (flags.hang_seconds == 0) {
    finished.wait();
  } else if (finished.wait_for(std::chrono::seconds(flags.hang_seconds)) !=
             std::future_status::ready) {
    AbortAsHung(engine);
  }
  const Time time = stopwatch.Elapsed();
  totals->Print(time.wall);
  if (totals->failed.empty()) return time;
  return absl::InternalError("some tables failed");
}

void PrintStats(const EngineStats& stats) {
  std::printf("memory: %llu of %llu bytes reserved at most, %llu waits\n",
              Number(stats.memory_reserved_max_bytes),
              Number(stats.memory_budget_bytes), Number(stats.memory_waits));
  for (const EngineStats::PerNode& node : stats.nodes) {
    std::printf("node %d: %llu submitted, %llu posted, %llu woken\n",
                node.node_id, Number(node.port.submitted_count),
                Number(node.port.posted_count), Number(node.port.wake_count));
    for (const BufferClassStats& buffers : node.buffer_classes) {
      std::printf(
          "  buffers of %zu bytes: %llu, %llu in use, %llu at most, %llu hits, "
          "%llu misses, %llu waits\n",
          buffers.capacity_bytes, Number(buffers.buffer_count),
          Number(buffers.in_use_count), Number(buffers.in_use_count_max),
          Number(buffers.hits), Number(buffers.misses), Number(buffers.waits));
    }
  }
}

// The job again and again, and whether memory grows with it.
absl::Status Repeat(Engine& engine, const EngineBulkFlags& flags) {
  absl::Status status;
  std::uint64_t resident_after_two = 0;
  for (int i = 0; i < flags.repeat; ++i) {
    status.Update(RunOnce(engine, flags).status());
    if (i == 1) resident_after_two = ResidentBytes();
  }
  if (flags.repeat > 2) {
    std::printf("resident: %llu KiB after 2 jobs, %llu KiB after %d: %.3f\n",
                Number(resident_after_two >> 10), Number(ResidentBytes() >> 10),
                flags.repeat,
                static_cast<double>(ResidentBytes()) /
                    static_cast<double>(resident_after_two));
  }
  return status;
}

absl::Status Run(EngineBulkFlags flags) {
  if (flags.compares_plain && flags.output.empty()) {
    return absl::InvalidArgumentError("--compare-plain needs --output");
  }
  if (!flags.crash_directory.empty()) {
    RETURN_IF_ERROR(InstallCrashHandler(
        {.directory = flags.crash_directory, .program = "engine_bulk"}));
  }
  flags.engine.on_warning = [](const std::string& warning) {
    std::fprintf(stderr, "warning: %s\n", warning.c_str());
  };
  flags.engine.on_stall = [](const StalledTable& stalled) {
    std::fprintf(stderr, "warning: %s\n",
                 DescribeStall(stalled, "the job").c_str());
  };
  auto engine = Engine::Start(flags.engine);
  if (!engine.ok()) return engine.status();
  std::printf("%s, %d threads\n", (*engine)->io_backend().c_str(),
              (*engine)->thread_count());
  absl::Status status =
      flags.compares_plain
          ? ComparePlain(flags.output, flags.repeat,
                         [&] { return RunOnce(**engine, flags); })
          : Repeat(**engine, flags);
  if (flags.shows_stats) PrintStats((*engine)->GetStats());
  status.Update((*engine)->Stop());
  return status;
}

}  // namespace
}  // namespace perfecthash

int main(int argc, char** argv) {
  auto parsed = perfecthash::ParseEngineBulkFlags(argc, argv);
  if (const int* code = std::get_if<int>(&parsed)) return *code;
  const absl::Status status =
      perfecthash::Run(std::get<perfecthash::EngineBulkFlags>(parsed));
  if (status.ok()) return 0;
  std::fprintf(stderr, "%s\n", status.ToString().c_str());
  return 1;
}
