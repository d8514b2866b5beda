#include "tests/benchmark/engine_bulk_flags.h"

#include <CLI/CLI.hpp>
#include <chrono>
#include <map>

namespace perfecthash {
namespace {

// An option that is one of a few names.
template <typename T>
void AddChoice(CLI::App& app, const std::string& name, T& value,
               std::map<std::string, T> names, const std::string& help) {
  // It would describe itself in the help by the enumerators' numbers.
  CLI::Validator transformer = CLI::CheckedTransformer(std::move(names));
  transformer.description("");
  app.add_option(name, value, help)->transform(transformer)->type_name("NAME");
}

template <typename Unit>
void AddTime(CLI::App& app, const std::string& name,
             std::chrono::nanoseconds& value, const std::string& help) {
  app.add_option_function<double>(
      name,
      [&value](double count) {
        using Units = std::chrono::duration<double, typename Unit::period>;
        value =
            std::chrono::duration_cast<std::chrono::nanoseconds>(Units(count));
      },
      help);
}

void AddFileFlags(CLI::App& app, EngineBulkFlags& flags) {
  app.add_option("directory", flags.directory, "its *.keys are the tables")
      ->required()
      ->check(CLI::ExistingDirectory);
  app.add_option("--output", flags.output,
                 "write files there, each table's in a directory of its own");
  AddChoice(app, "--file-io", flags.table->file_io,
            {{"overlapped", FileIo::kOverlapped},
             {"mapped", FileIo::kMapped},
             {"none", FileIo::kNone}},
            "overlapped, mapped or none (compute only, the default)");
  AddChoice(app, "--key-size", flags.table->key_width,
            {{"4", KeyWidth::k32Bits}, {"8", KeyWidth::k64Bits}},
            "bytes of a key: 4 or 8");
  app.add_flag("--index-only", flags.table->generator.index_only,
               "generate Index() alone");
}

void AddRunFlags(CLI::App& app, EngineBulkFlags& flags) {
  app.add_option("--repeat", flags.repeat, "jobs, one after the other")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_flag("--compare-plain", flags.compares_plain,
               "also write the job's files by plain system calls, and print "
               "how the times compare, --repeat rounds long; needs --output, "
               "which is emptied each time");
  app.add_flag("--stats", flags.shows_stats, "print the engine's counters");
  app.add_option("--hang-after", flags.hang_seconds,
                 "seconds after which an unfinished job is a hang: print what "
                 "it works on, and abort");
  app.add_option("--crash-dir", flags.crash_directory,
                 "leave a trace of a crash there");
  app.add_option_function<double>(
         "--stall-after",
         [&flags](double seconds) {
           flags.engine.stall_after =
               std::chrono::duration_cast<std::chrono::milliseconds>(
                   std::chrono::duration<double>(seconds));
         },
         "seconds without progress to warn of; 0 = never; default: 30")
      ->check(CLI::NonNegativeNumber);
}

void AddSolverFlags(CLI::App& app, EngineBulkFlags& flags) {
  SolverOptions& solver = flags.table->solver;
  app.add_option("--hash-function", solver.hash_function)
      ->capture_default_str();
  AddChoice(app, "--seed-search", solver.search,
            {{"auto", SeedSearch::kAuto},
             {"plain", SeedSearch::kPlain},
             {"pool", SeedSearch::kPool}},
            "where seeds come from: auto, plain or pool");
  app.add_option("--seed", solver.seed, "of the attempt sequence");
  app.add_option("--kernel", solver.kernel, "instruction set; default: best");
  app.add_option("--max-attempts", solver.max_attempts);
  AddTime<std::chrono::seconds>(app, "--max-solve-time",
                                flags.table->solve_time_max,
                                "seconds per table");
  app.add_option("--table-resizes", solver.initial_table_resizes);
  app.add_option("--max-table-resizes", solver.max_table_resizes);
  app.add_option("--attempts-before-table-resize",
                 solver.attempts_before_table_resize);
  app.add_option_function<std::uint64_t>(
      "--best-graph-solutions",
      [&flags](std::uint64_t count) {
        flags.table->best_graph = {.predicate = {}, .solutions_max = count};
      },
      "take the best of so many solutions, by used cache lines");
  LaneRamp& lanes = flags.table->lanes;
  app.add_option("--initial-lanes", lanes.initial, "that a table starts with")
      ->capture_default_str();
  app.add_option("--max-lanes", lanes.max, "0 = one per thread of its node");
  AddTime<std::chrono::milliseconds>(app, "--increase-lanes-after",
                                     lanes.increase_after,
                                     "milliseconds; 0 = never; default: 500");
}

const std::map<std::string, NodePolicy::Mode>& NodePolicyNames() {
  static const std::map<std::string, NodePolicy::Mode> kNames = {
      {"round-robin", NodePolicy::Mode::kRoundRobin},
      {"fixed", NodePolicy::Mode::kFixed},
      {"affinity", NodePolicy::Mode::kAffinity},
      {"least-loaded", NodePolicy::Mode::kLeastLoaded}};
  return kNames;
}

void AddJobFlags(CLI::App& app, EngineBulkFlags& flags) {
  ConcurrencyLimits& limits = flags.job.limits;
  app.add_option("--max-concurrency", limits.tables_max,
                 "tables that are worked on at once");
  app.add_option("--job-max-threads", limits.threads_max,
                 "threads that solve for the job at once");
  app.add_option("--max-memory", limits.memory_bytes_max,
                 "of the job, such as 64MiB")
      ->transform(CLI::AsSizeValue(false));
  AddChoice(app, "--node-policy", flags.job.nodes.mode, NodePolicyNames(),
            "round-robin, fixed, affinity or least-loaded");
  SchedulingPolicy& scheduling = flags.job.scheduling;
  app.add_option("--priority", scheduling.priority)->capture_default_str();
  AddChoice(app, "--item-order", scheduling.item_order,
            {{"given", ItemOrder::kAsGiven},
             {"shortest-first", ItemOrder::kShortestFirst}},
            "in which tables start: given (by name) or shortest-first");
  AddChoice(app, "--failure-policy", scheduling.failure_policy,
            {{"continue", FailurePolicy::kContinue},
             {"stop-on-first", FailurePolicy::kStopOnFirst}},
            "continue or stop-on-first");
  AddTime<std::chrono::seconds>(app, "--queue-timeout",
                                scheduling.queue_timeout, "seconds");
  AddTime<std::chrono::seconds>(app, "--execution-timeout",
                                scheduling.execution_timeout, "seconds");
}

void AddEngineFlags(CLI::App& app, EngineBulkFlags& flags) {
  EngineOptions& engine = flags.engine;
  app.add_option("--nodes", engine.node_ids, "NUMA nodes to use, such as 0,1")
      ->delimiter(',');
  app.add_option("--concurrency", engine.threads_per_node,
                 "worker threads per node; 0 = one per cpu");
  app.add_option("--max-threads", engine.threads_max, "of all nodes");
  app.add_option("--memory-limit", engine.memory_bytes_max,
                 "of all tables in the works, such as 64MiB; 0 = half of the "
                 "machine's")
      ->transform(CLI::AsSizeValue(false));
  app.add_option("--queue-items-max", engine.queued_items_max)
      ->capture_default_str();
  app.add_option("--tables-per-node", engine.tables_max_per_node,
                 "worked on at once")
      ->capture_default_str();
  AddChoice(app, "--io-backend", engine.io_backend,
            {{"auto", IoBackend::kAuto},
             {"io_uring", IoBackend::kIoUring},
             {"threads", IoBackend::kThreads},
             {"iocp", IoBackend::kIocp}},
            "of files: auto, io_uring, threads or iocp");
  app.add_flag_callback(
      "--buffer-guard-pages",
      [&engine] { engine.buffer_guard = NodePages::Guard::kTrailingPage; },
      "a page that traps behind every buffer");
}

}  // namespace

std::variant<EngineBulkFlags, int> ParseEngineBulkFlags(int argc, char** argv) {
  EngineBulkFlags flags;
  flags.table->file_io = FileIo::kNone;
  CLI::App app(
      "A directory of key files to tables by the engine alone, without gRPC: "
      "the floor under what a bulk job costs");
  app.allow_windows_style_options(false);  // a path may begin with a slash
  app.get_formatter()->column_width(40);
  AddFileFlags(app, flags);
  const auto group = [&app](const char* name) {
    CLI::App* const options = app.add_option_group(name);
    return options;
  };
  AddRunFlags(*group("Run"), flags);
  AddSolverFlags(*group("Solver"), flags);
  AddJobFlags(*group("Job"), flags);
  AddEngineFlags(*group("Engine"), flags);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error);
  }
  return flags;
}

}  // namespace perfecthash
