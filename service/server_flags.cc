#include "service/server_flags.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <ostream>

#include "CLI/App.hpp"
#include "CLI/Config.hpp"
#include "CLI/Formatter.hpp"

namespace perfecthash {
namespace {

// Validators describe themselves in the help, less well than our own text.
template <typename Validator>
Validator Silent(Validator validator) {
  validator.description("");
  return validator;
}

void AddAddressFlags(CLI::App* app, ServerFlags* flags) {
  app->add_option(
         "--listen", flags->server.listen,
         "HOST:PORT (port 0 = any free one) or unix:PATH; may be given "
         "several times")
      ->delimiter(',')
      ->allow_extra_args(false)
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
      ->envname("PERFECTHASHD_NODES")
      ->type_name("IDS")
      ->group("Engine");
  app->add_option("--concurrency", engine.threads_per_node,
                  "Worker threads per node; 0 = one per cpu of the node")
      ->check(Silent(CLI::Validator(CLI::NonNegativeNumber)))
      ->capture_default_str()
      ->envname("PERFECTHASHD_CONCURRENCY")
      ->type_name("THREADS")
      ->group("Engine");
  app->add_option("--max-threads", engine.threads_max,
                  "Worker threads over all nodes; 0 = no further limit")
      ->check(Silent(CLI::Validator(CLI::NonNegativeNumber)))
      ->capture_default_str()
      ->envname("PERFECTHASHD_MAX_THREADS")
      ->type_name("THREADS")
      ->group("Engine");
  static const std::map<std::string, NodePolicy::Mode> kModes = {
      {"round-robin", NodePolicy::Mode::kRoundRobin},
      {"fixed", NodePolicy::Mode::kFixed},
      {"affinity", NodePolicy::Mode::kAffinity},
      {"least-loaded", NodePolicy::Mode::kLeastLoaded}};
  app->add_option_function<std::string>(
         "--node-policy",
         [flags](const std::string& name) {
           flags->server.node_policy = kModes.at(name);
           flags->engine.node_policy = kModes.at(name);
         },
         "Which nodes run a job that does not say so itself: round-robin, "
         "fixed (the first), affinity (by the keys) or least-loaded")
      ->check(Silent(CLI::Validator(CLI::IsMember(kModes))))
      ->default_str("round-robin")
      ->envname("PERFECTHASHD_NODE_POLICY")
      ->type_name("MODE")
      ->group("Engine");
  app->add_option("--io-backend", engine.io_backend,
                  "How files are read and "
                  "written: auto, io_uring or threads")
      ->transform(Silent(CLI::Validator(CLI::CheckedTransformer(
          std::map<std::string, IoBackend>{{"auto", IoBackend::kAuto},
                                           {"io_uring", IoBackend::kIoUring},
                                           {"threads", IoBackend::kThreads}},
          CLI::ignore_case))))
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
      ->transform(Silent(CLI::Validator(CLI::AsNumberWithUnit(
          std::map<std::string, std::int64_t>{
              {"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}},
          CLI::AsNumberWithUnit::Options(
              CLI::AsNumberWithUnit::CASE_INSENSITIVE |
              CLI::AsNumberWithUnit::UNIT_REQUIRED)))))
      ->check(Silent(CLI::Validator(CLI::NonNegativeNumber)))
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
         "Bytes for tables in the works, such as 4GiB; 0 = half of the "
         "machine's memory. Tables wait when it is spent")
      ->transform(Silent(CLI::Validator(CLI::AsSizeValue(false))))
      ->default_str("0")
      ->envname("PERFECTHASHD_MEMORY_LIMIT")
      ->type_name("BYTES")
      ->group("Limits");
  app->add_option("--queue-items-max", flags->engine.queued_items_max,
                  "Tables that wait, over all jobs; a job that does not fit is "
                  "refused")
      ->check(Silent(CLI::Validator(CLI::PositiveNumber)))
      ->capture_default_str()
      ->envname("PERFECTHASHD_QUEUE_ITEMS_MAX")
      ->type_name("TABLES")
      ->group("Limits");
  ServiceLimits& limits = flags->server.limits;
  app->add_option("--finished-jobs-max", limits.finished_jobs_max,
                  "Finished jobs that are kept, with their files; the oldest "
                  "are forgotten")
      ->check(Silent(CLI::Validator(CLI::PositiveNumber)))
      ->capture_default_str()
      ->envname("PERFECTHASHD_FINISHED_JOBS_MAX")
      ->type_name("JOBS")
      ->group("Limits");
  app->add_option("--finished-items-max", limits.finished_items_max,
                  "Tables of the finished jobs that are kept, about one KB "
                  "of memory each; the last job is kept whatever its size")
      ->check(Silent(CLI::Validator(CLI::Range(1, INT32_MAX))))
      ->capture_default_str()
      ->envname("PERFECTHASHD_FINISHED_ITEMS_MAX")
      ->type_name("TABLES")
      ->group("Limits");
  app->add_option_function<std::int64_t>(
         "--transfer-stall-max",
         [&limits](std::int64_t seconds) {
           limits.transfer_stall_max = std::chrono::seconds(seconds);
         },
         "Seconds that an upload or a download waits for its client to send or "
         "take a message before it is ended; 0 = for ever")
      ->check(Silent(CLI::Validator(CLI::Range(0, 86'400))))
      ->default_str("60")
      ->envname("PERFECTHASHD_TRANSFER_STALL_MAX")
      ->type_name("SECONDS")
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
