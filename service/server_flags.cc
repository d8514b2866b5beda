#include "service/server_flags.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "CLI/App.hpp"
#include "CLI/Config.hpp"
#include "CLI/Formatter.hpp"
#include "engine/memory/buffer_pool.h"
#include "service/flag_check.h"

namespace perfecthash {
namespace {

// Far more than any machine has use for; each takes some MB.
constexpr int kThreadsPerNodeMax = 1'024;
constexpr int kThreadsMax = 16'384;
constexpr int kNodeIdMax = 4'095;
constexpr int kCountMax = 1'000'000'000;  // the API shows it in 32 bits
// The largest regular buffer: enough for small tables.
constexpr std::uint64_t kMemoryBytesMin = BufferPool::kRegularBytesMax;

template <typename T>
std::vector<std::string> NamesOf(const std::map<std::string, T>& values) {
  std::vector<std::string> names;
  for (const auto& [name, value] : values) names.push_back(name);
  return names;
}

const std::map<std::string, NodePolicy::Mode>& NodePolicyModes() {
  static const std::map<std::string, NodePolicy::Mode> kModes = {
      {"round-robin", NodePolicy::Mode::kRoundRobin},
      {"fixed", NodePolicy::Mode::kFixed},
      {"affinity", NodePolicy::Mode::kAffinity},
      {"least-loaded", NodePolicy::Mode::kLeastLoaded}};
  return kModes;
}

const std::map<std::string, IoBackend>& IoBackends() {
  static const std::map<std::string, IoBackend> kBackends = {
      {"auto", IoBackend::kAuto},
      {"io_uring", IoBackend::kIoUring},
      {"threads", IoBackend::kThreads}};
  return kBackends;
}

void AddAddressFlags(CLI::App* app, ServerFlags* flags) {
  app->add_option(
         "--listen", flags->server.listen,
         "HOST:PORT (port 0 = any free one) or unix:PATH; may be given "
         "several times")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(AddressToListenAt())
      ->capture_default_str()
      ->envname("PERFECTHASHD_LISTEN")
      ->type_name("ADDRESS")
      ->group("Addresses");
  app->add_option("--address-file", flags->address_file,
                  "Write the addresses there, one per line, once they are "
                  "served: for scripts that asked for port 0")
      ->envname("PERFECTHASHD_ADDRESS_FILE")
      ->type_name("PATH")
      ->group("Addresses");
}

void AddFileFlags(CLI::App* app, ServerFlags* flags) {
  app->add_option("--data-dir", flags->server.data_dir,
                  "Uploaded key sets and generated files; made when missing")
      ->capture_default_str()
      ->envname("PERFECTHASHD_DATA_DIR")
      ->type_name("DIR")
      ->group("Files");
  app->add_option("--crash-dir", flags->crash_dir,
                  "After a crash a trace is found there; made when missing; "
                  "none by default")
      ->envname("PERFECTHASHD_CRASH_DIR")
      ->type_name("DIR")
      ->group("Files");
  app->add_option(
         "--allow-directory", flags->server.allowed_directories,
         "Requests may read key files, and write tables, below this "
         "directory of the server; may be given several times; none by "
         "default")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->envname("PERFECTHASHD_ALLOW_DIRECTORY")
      ->type_name("DIR")
      ->group("Files");
}

void AddEngineFlags(CLI::App* app, ServerFlags* flags) {
  EngineOptions& engine = flags->engine;
  app->add_option("--nodes", engine.node_ids,
                  "NUMA nodes to use, such as 0,1; default: all")
      ->delimiter(',')
      ->check(WholeNumber(0, kNodeIdMax))
      ->envname("PERFECTHASHD_NODES")
      ->type_name("IDS")
      ->group("Engine");
  app->add_option("--concurrency", engine.threads_per_node,
                  "Worker threads per node, at most 1024; 0 = one per cpu of "
                  "the node")
      ->check(WholeNumber(0, kThreadsPerNodeMax))
      ->capture_default_str()
      ->envname("PERFECTHASHD_CONCURRENCY")
      ->type_name("THREADS")
      ->group("Engine");
  app->add_option("--max-threads", engine.threads_max,
                  "Worker threads over all nodes, at most 16384; 0 = no "
                  "further limit")
      ->check(WholeNumber(0, kThreadsMax))
      ->capture_default_str()
      ->envname("PERFECTHASHD_MAX_THREADS")
      ->type_name("THREADS")
      ->group("Engine");
  app->add_option_function<std::string>(
         "--node-policy",
         [flags](const std::string& name) {
           flags->server.node_policy = NodePolicyModes().at(name);
           flags->engine.node_policy = NodePolicyModes().at(name);
         },
         "Which nodes run a job that does not say so itself: round-robin, "
         "fixed (the first), affinity (by the keys) or least-loaded")
      ->transform(OneOf(NamesOf(NodePolicyModes())))
      ->default_str("round-robin")
      ->envname("PERFECTHASHD_NODE_POLICY")
      ->type_name("MODE")
      ->group("Engine");
  app->add_option_function<std::string>(
         "--io-backend",
         [&engine](const std::string& name) {
           engine.io_backend = IoBackends().at(name);
         },
         "How files are read and written: auto, io_uring or threads")
      ->transform(OneOf(NamesOf(IoBackends())))
      ->default_str("auto")
      ->envname("PERFECTHASHD_IO_BACKEND")
      ->type_name("BACKEND")
      ->group("Engine");
  app->add_option_function<std::int64_t>(
         "--stall-after",
         [flags](std::int64_t milliseconds) {
           flags->engine.stall_after = std::chrono::milliseconds(milliseconds);
         },
         "Warn of a table that makes no progress for so long, such as 500ms, "
         "30s or 10m, once; 0s = never")
      ->transform(TimeWithUnit())
      ->default_str("30s")
      ->envname("PERFECTHASHD_STALL_AFTER")
      ->type_name("TIME")
      ->group("Engine");
  app->add_flag_callback(
         "--buffer-guard-pages",
         [&engine] { engine.buffer_guard = NodePages::Guard::kTrailingPage; },
         "Put a page that traps behind every buffer, to find an overrun where "
         "it happens")
      ->envname("PERFECTHASHD_BUFFER_GUARD_PAGES")
      ->group("Engine");
}

void AddLimitFlags(CLI::App* app, ServerFlags* flags) {
  app->add_option(
         "--memory-limit", flags->engine.memory_bytes_max,
         "Bytes for tables in the works, such as 4GiB, at least 16MiB; 0 = "
         "half of the machine's memory. Tables wait when it is spent")
      ->transform(SizeInBytes(kMemoryBytesMin))
      ->default_str("0")
      ->envname("PERFECTHASHD_MEMORY_LIMIT")
      ->type_name("BYTES")
      ->group("Limits");
  app->add_option("--queue-items-max", flags->engine.queued_items_max,
                  "Tables that wait, over all jobs; a job that does not fit is "
                  "refused")
      ->check(WholeNumber(1, kCountMax))
      ->capture_default_str()
      ->envname("PERFECTHASHD_QUEUE_ITEMS_MAX")
      ->type_name("TABLES")
      ->group("Limits");
  ServiceLimits& limits = flags->server.limits;
  app->add_option("--finished-jobs-max", limits.finished_jobs_max,
                  "Finished jobs that are kept, with their files; the oldest "
                  "are forgotten")
      ->check(WholeNumber(1, kCountMax))
      ->capture_default_str()
      ->envname("PERFECTHASHD_FINISHED_JOBS_MAX")
      ->type_name("JOBS")
      ->group("Limits");
  app->add_option("--finished-items-max", limits.finished_items_max,
                  "Tables of the finished jobs that are kept, about one KB "
                  "of memory each; the last job is kept whatever its size")
      ->check(WholeNumber(1, kCountMax))
      ->capture_default_str()
      ->envname("PERFECTHASHD_FINISHED_ITEMS_MAX")
      ->type_name("TABLES")
      ->group("Limits");
  app->add_option_function<std::int64_t>(
         "--transfer-stall-max",
         [&limits](std::int64_t milliseconds) {
           limits.transfer_stall_max = std::chrono::milliseconds(milliseconds);
         },
         "How long an upload or a download waits for its client to send or "
         "take a message before it is ended, such as 60s; 0s = for ever")
      ->transform(TimeWithUnit())
      ->default_str("60s")
      ->envname("PERFECTHASHD_TRANSFER_STALL_MAX")
      ->type_name("TIME")
      ->group("Limits");
}

}  // namespace

std::variant<ServerFlags, int> ParseServerFlags(int argc,
                                                const char* const* argv,
                                                std::ostream& out,
                                                std::ostream& err) {
  ServerFlags flags;
  CLI::App app(
      "perfecthashd makes perfect hash tables of sets of integer keys, as a "
      "gRPC service. It runs until SIGTERM or SIGINT; a second one ends it at "
      "once. Exit codes: 0 stopped as asked, 1 could not start or stop in "
      "order, 2 wrong usage, 128 + signal ended at once.",
      "perfecthashd");
  app.get_formatter()->column_width(36);
  app.set_version_flag("--version",
                       std::string("perfecthashd ") + PERFECTHASH_VERSION);
  AddAddressFlags(&app, &flags);
  AddFileFlags(&app, &flags);
  AddEngineFlags(&app, &flags);
  AddLimitFlags(&app, &flags);
  app.add_flag("--verbose", flags.verbose,
               "Log more than start, stop and "
               "warnings")
      ->envname("PERFECTHASHD_VERBOSE");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error, out, err);
    return code == 0 ? 0 : kExitUsage;
  }
  ServiceLimits& limits = flags.server.limits;
  limits.queued_items_max = flags.engine.queued_items_max;
  limits.items_per_job_max =
      std::min(limits.items_per_job_max, limits.queued_items_max);
  return flags;
}

}  // namespace perfecthash
