#include <atomic>
#include <chrono>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/base/crash_handler.h"
#include "engine/base/file_bytes.h"
#include "engine/base/status_macros.h"
#include "engine/engine.h"
#include "engine/numa/thread.h"
#include "engine/perfect_hash/kernels/kernel.h"
#include "service/process/listen_address.h"
#include "service/process/process_facts.h"
#include "service/process/shutdown_signal.h"
#include "service/server.h"
#include "service/server_flags.h"
#include "spdlog/sinks/stdout_sinks.h"
#include "spdlog/spdlog.h"

namespace perfecthash {
namespace {

constexpr int kExitFailure = 1;
constexpr int kExitSignalBase = 128;
// For what should take a second; nothing may keep the process for ever.
constexpr std::chrono::seconds kStopMax{15};

void StartLogging(bool verbose) {
  spdlog::set_default_logger(spdlog::stderr_logger_mt("perfecthashd"));
  spdlog::set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %^%l%$ %v");
  spdlog::set_level(verbose ? spdlog::level::debug : spdlog::level::info);
}

absl::Status Prepare(const ServerFlags& flags) {
  if (!flags.crash_dir.empty()) {
    RETURN_IF_ERROR(InstallCrashHandler(
        {.directory = flags.crash_dir, .program = "perfecthashd"}));
  }
  const auto limit = RaiseOpenFileLimit();
  if (limit.ok()) {
    spdlog::debug("open files: at most {}", *limit);
  } else {
    spdlog::warn("{}", std::string(limit.status().message()));
  }
  return absl::OkStatus();
}

absl::Status WriteAddressFile(const std::string& path, const Server& server) {
  if (path.empty()) return absl::OkStatus();
  const std::string text =
      absl::StrCat(absl::StrJoin(server.addresses(), "\n"), "\n");
  return WriteFileBytes(
      path, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

void WarnOfOpenAddresses(const ServerOptions& options) {
  for (const std::string& text : options.listen) {
    const auto address = ParseListenAddress(text);
    if (!address.ok() || address->is_local()) continue;
    spdlog::warn(
        "{} can be reached from other machines, without authentication or "
        "encryption: use it in trusted networks only",
        text);
  }
}

absl::StatusOr<std::unique_ptr<Server>> Start(ServerFlags flags) {
  RETURN_IF_ERROR(Prepare(flags));
  const auto warn = [](const std::string& text) { spdlog::warn("{}", text); };
  flags.engine.on_warning = warn;
  flags.server.on_warning = warn;
  // Null until there is a server, before which there are no jobs.
  const auto server_slot = std::make_shared<std::atomic<const Server*>>();
  flags.engine.on_stall = [server_slot](const StalledTable& stalled) {
    const Server* const server = server_slot->load();
    if (server == nullptr) return;
    spdlog::warn("{}",
                 DescribeStall(stalled, server->JobName(stalled.table.job)));
  };
  const std::string address_file = flags.address_file;
  ASSIGN_OR_RETURN(std::unique_ptr<Engine> engine,
                   Engine::Start(std::move(flags.engine)));
  WarnOfOpenAddresses(flags.server);
  ASSIGN_OR_RETURN(std::unique_ptr<Server> server,
                   Server::Start(std::move(flags.server), std::move(engine)));
  server_slot->store(server.get());
  RETURN_IF_ERROR(WriteAddressFile(address_file, *server));
  return server;
}

void LogStart(const Server& server) {
  spdlog::info("perfecthashd {} listens at {}; io {}, kernel {}, {} workers",
               PERFECTHASH_VERSION, absl::StrJoin(server.addresses(), ", "),
               server.engine().io_backend(), std::string(BestKernel().name),
               server.engine().thread_count());
  spdlog::debug("io backend: {}", server.engine().io_backend_reason());
  for (const NodeDescription& node : server.engine().ListNodes()) {
    spdlog::debug("node {}: {} workers on cpus {}", node.node_id, node.threads,
                  absl::StrJoin(node.cpus, ","));
  }
}

// Stops on a thread of its own, so that a second signal, or a stop that hangs,
// can still end the process.
int Stop(Server& server, ShutdownSignal& signal) {
  absl::Status status;
  std::thread stopper([&] {
    NameThread("stop");
    status = server.Stop();
    signal.Interrupt();
  });
  const int result = signal.Wait(kStopMax);
  if (result == ShutdownSignal::kInterrupted) {
    stopper.join();
    if (status.ok()) {
      spdlog::info("stopped");
      return 0;
    }
    spdlog::error("stopped, but: {}", std::string(status.message()));
    return kExitFailure;
  }
  if (result == ShutdownSignal::kTimeout) {
    spdlog::error("the stop took more than {} s; ending at once",
                  kStopMax.count());
    ExitNow(kExitFailure);
  }
  spdlog::warn("second signal; ending at once");
  ExitNow(kExitSignalBase + result);
}

int Main(int argc, const char* const* argv) {
  ShutdownSignal signal;  // before any thread
  auto parsed = ParseServerFlags(argc, argv, std::cout, std::cerr);
  if (const int* code = std::get_if<int>(&parsed)) return *code;
  auto& flags = std::get<ServerFlags>(parsed);
  StartLogging(flags.verbose);
  auto server = Start(std::move(flags));
  if (!server.ok()) {
    spdlog::error("cannot start: {}", std::string(server.status().message()));
    return kExitFailure;
  }
  LogStart(**server);
  const int number = signal.Wait();
  spdlog::info("signal {}: stopping", number);
  return Stop(**server, signal);
}

}  // namespace
}  // namespace perfecthash

int main(int argc, char** argv) { return perfecthash::Main(argc, argv); }
