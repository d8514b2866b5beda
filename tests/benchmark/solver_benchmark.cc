// How fast key sets are solved, on one thread, beside the plain reference.
//
//   solver_benchmark [--function=NAME] [--kernel=NAME] [--max-attempts=N]
//                    [--rate-attempts=N] [--reference-attempts=N] [--each]
//                    KEY_FILE_OR_DIRECTORY...
//
// Each set is read, parsed, solved, built and verified. With --each every set
// gets a line, with the rate of the first --rate-attempts attempts and of the
// first --reference-attempts plain ones; else only the totals are printed.
// Times are CPU time.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/check.h"
#include "engine/base/file_bytes.h"
#include "engine/perfect_hash/solver.h"
#include "tests/support/reference_graph.h"

namespace perfecthash {
namespace {

struct Options {
  SolverOptions solver;
  std::uint64_t rate_attempts = 1000;
  std::uint64_t reference_attempts = 100;
  bool each = false;
  std::vector<std::string> files;
};

double CpuSeconds() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * time.tv_nsec;
}

struct Totals {
  std::size_t sets = 0;
  std::size_t unsolved = 0;
  std::size_t keys = 0;
  std::uint64_t attempts = 0;
  double read = 0;
  double parse = 0;
  double attempt = 0;
  double build = 0;
  std::map<std::string, std::size_t> by_function;
};

double AttemptsPerSecond(const Solver& solver, Workspace& workspace,
                         std::uint64_t count) {
  const double begin = CpuSeconds();
  for (std::uint64_t i = 1; i <= count; ++i) solver.Try(i, workspace, nullptr);
  return static_cast<double>(count) / (CpuSeconds() - begin);
}

double ReferenceAttemptsPerSecond(const KeySet& keys, const Solver& solver,
                                  std::uint64_t count) {
  const double begin = CpuSeconds();
  for (std::uint64_t i = 1; i <= count; ++i) {
    Workspace workspace;
    const AttemptPlan plan = solver.Plan(i, workspace, nullptr);
    const GraphSize size = GraphSize::For(keys.size(), plan.table_resizes);
    const HashFunction& function = GetHashFunction(plan.function);
    const ReferenceGraph graph(
        MakeReferenceEdges(
            function.name, plan.seeds.span(), size.vertex_count,
            function.maps_zero_to_zero() ? keys.zero_key_bias() : 0,
            keys.keys()),
        size.vertex_count);
    static_cast<void>(graph.has_cycle());
  }
  return static_cast<double>(count) / (CpuSeconds() - begin);
}

void SolveFile(const std::string& path, const Options& options,
               Workspace& workspace, Totals& totals) {
  const double begin = CpuSeconds();
  const auto bytes = ReadFileBytes(path, std::uint64_t{1} << 30);
  CHECK(bytes.ok());
  const double read = CpuSeconds();
  const auto keys = KeySet::Parse(*bytes, KeyWidth::k32Bits);
  if (!keys.ok()) {
    std::fprintf(stderr, "%s: %s\n", path.c_str(),
                 std::string(keys.status().message()).c_str());
    return;
  }
  const double parsed = CpuSeconds();
  const auto solver = Solver::Create(*keys, options.solver);
  if (!solver.ok()) {
    std::fprintf(stderr, "%s\n",
                 std::string(solver.status().message()).c_str());
    std::exit(2);
  }
  std::uint64_t attempt = 1;
  Outcome outcome;
  while ((outcome = solver->Try(attempt, workspace, nullptr)) !=
             Outcome::kSolved &&
         outcome != Outcome::kExhausted) {
    ++attempt;
  }
  const double tried = CpuSeconds();
  std::string function = "unsolved";
  if (outcome == Outcome::kSolved) {
    const auto table = solver->Build(attempt, workspace);
    CHECK(table.ok());
    function = table->hash_function().name;
  } else {
    ++totals.unsolved;
    --attempt;  // that one was past the last
  }
  const double built = CpuSeconds();

  ++totals.sets;
  totals.keys += keys->size();
  totals.attempts += attempt;
  totals.read += read - begin;
  totals.parse += parsed - read;
  totals.attempt += tried - parsed;
  totals.build += built - tried;
  ++totals.by_function[function];
  if (!options.each) return;

  // An attempt past --max-attempts costs nothing and must not be counted.
  SolverOptions endless_options = options.solver;
  endless_options.max_attempts = 0;
  const auto endless = Solver::Create(*keys, endless_options);
  const double rate =
      AttemptsPerSecond(*endless, workspace, options.rate_attempts);
  const double plain =
      ReferenceAttemptsPerSecond(*keys, *endless, options.reference_attempts);
  std::printf(
      "%-44s %8zu keys %8llu attempts  %10.3f ms try %8.3f ms build  "
      "%9.0f att/s, plain %6.0f, x%.1f  %s\n",
      std::filesystem::path(path).filename().c_str(), keys->size(),
      static_cast<unsigned long long>(attempt), 1e3 * (tried - parsed),
      1e3 * (built - tried), rate, plain, rate / plain, function.c_str());
}

void Print(const Totals& totals) {
  const double compute = totals.parse + totals.attempt + totals.build;
  std::printf(
      "%zu sets, %zu unsolved, %zu keys, %llu attempts\n"
      "CPU s: %.3f parse + %.3f attempts + %.3f build and verify = %.3f; "
      "%.3f reading\n",
      totals.sets, totals.unsolved, totals.keys,
      static_cast<unsigned long long>(totals.attempts), totals.parse,
      totals.attempt, totals.build, compute, totals.read);
  for (const auto& [function, count] : totals.by_function) {
    std::printf("  %-16s %zu\n", function.c_str(), count);
  }
}

void AddFiles(const std::string& path, std::vector<std::string>& files) {
  if (!std::filesystem::is_directory(path)) {
    files.push_back(path);
    return;
  }
  for (const auto& entry : std::filesystem::directory_iterator(path)) {
    if (entry.path().extension() == ".keys") {
      files.push_back(entry.path().string());
    }
  }
  std::sort(files.begin(), files.end());
}

Options ParseArguments(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    const auto value = [&](std::string_view name) -> const char* {
      return argument.rfind(name, 0) == 0 ? argument.c_str() + name.size()
                                          : nullptr;
    };
    if (const char* function = value("--function=")) {
      options.solver.hash_function = function;
    } else if (argument == "--pool") {
      options.solver.search = SeedSearch::kPool;
    } else if (argument == "--plain") {
      options.solver.search = SeedSearch::kPlain;
    } else if (const char* seed = value("--seed=")) {
      options.solver.seed = std::strtoull(seed, nullptr, 0);
    } else if (const char* kernel = value("--kernel=")) {
      options.solver.kernel = kernel;
    } else if (const char* attempts = value("--max-attempts=")) {
      options.solver.max_attempts = std::strtoull(attempts, nullptr, 0);
    } else if (const char* rate = value("--rate-attempts=")) {
      options.rate_attempts = std::strtoull(rate, nullptr, 0);
    } else if (const char* reference = value("--reference-attempts=")) {
      options.reference_attempts = std::strtoull(reference, nullptr, 0);
    } else if (argument == "--each") {
      options.each = true;
    } else {
      AddFiles(argument, options.files);
    }
  }
  return options;
}

}  // namespace
}  // namespace perfecthash

int main(int argc, char** argv) {
  const auto options = perfecthash::ParseArguments(argc, argv);
  if (options.files.empty()) {
    std::fprintf(stderr,
                 "usage: solver_benchmark [--function=NAME] [--each] "
                 "KEY_FILE_OR_DIRECTORY...\n");
    return 2;
  }
  perfecthash::Workspace workspace;
  perfecthash::Totals totals;
  for (const std::string& file : options.files) {
    perfecthash::SolveFile(file, options, workspace, totals);
  }
  perfecthash::Print(totals);
  return totals.unsolved == 0 ? 0 : 1;
}
