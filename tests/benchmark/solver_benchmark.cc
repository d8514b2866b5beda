// How fast key sets are solved, beside the plain reference, in one process and
// on one thread. Every verdict and every table of both is compared.
//
//   solver_benchmark [--json] [--case=NAME]... [--function=NAME]... [--pool]
//                    [--kernel=NAME] [--seeds=N] [--attempts=N]
//                    [--reference-attempts=N] [KEY_FILE_OR_DIRECTORY...]
//
//   rate       attempts per second with fresh seeds, each file and function
//   first      time to the first solution, over N seeds, each file and function
//   total      a first solution for all files, each function
//   kernels    attempts per second by kernel, each file and function
//   families   Auto on all kinds of key sets (needs no files)
//   sizes      random keys from a thousand to ten million (needs no files)
//
// Without --case: rate, first and total. Times are CPU time.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/check.h"
#include "engine/base/file_bytes.h"
#include "engine/perfect_hash/kernels/kernel.h"
#include "engine/perfect_hash/solver.h"
#include "tests/benchmark/benchmark_report.h"
#include "tests/benchmark/solver_measurement.h"
#include "tests/support/key_families.h"
#include "tests/support/key_sets.h"

namespace perfecthash {
namespace {

using Row = BenchmarkReport::Row;

struct Options {
  BenchmarkReport::Format format = BenchmarkReport::Format::kText;
  std::vector<std::string> cases;
  std::vector<std::string> functions;
  SolverOptions solver;
  int seed_count = 10;
  std::uint64_t attempts = 1000;
  std::uint64_t reference_attempts = 200;
  std::vector<std::string> files;
};

double Ratio(double reference, double ours) {
  return ours > 0 ? reference / ours : 0;
}

SolverOptions With(const std::string& function, SolverOptions options) {
  options.hash_function = function;
  return options;
}

struct NamedSet {
  std::string name;
  KeySet keys;
};

std::vector<NamedSet> ReadSets(const std::vector<std::string>& files) {
  std::vector<NamedSet> sets;
  for (const std::string& path : files) {
    const auto bytes = ReadFileBytes(path, std::uint64_t{1} << 30);
    CHECK(bytes.ok());
    auto keys = KeySet::Parse(*bytes, KeyWidth::k32Bits);
    if (!keys.ok()) {
      std::fprintf(stderr, "%s: %s\n", path.c_str(),
                   std::string(keys.status().message()).c_str());
      continue;
    }
    sets.push_back({std::filesystem::path(path).filename(), *std::move(keys)});
  }
  return sets;
}

// What the cases share.
struct Bench {
  const Options& options;
  BenchmarkReport report;
  Workspace workspace = {};
  bool is_right = true;

  void Check(bool right) { is_right = is_right && right; }
};

void RunRate(const NamedSet& set, const std::string& function, Bench& bench) {
  const Rates rates = MeasureRates(
      set.keys, With(function, bench.options.solver), bench.options.attempts,
      bench.options.reference_attempts, bench.workspace);
  bench.Check(rates.differing_count == 0);
  bench.report.Add(
      Row()
          .Text("case", "rate")
          .Text("set", set.name)
          .Text("function", function)
          .Number("keys", static_cast<double>(set.keys.size()))
          .Number("attempts_per_s", rates.ours.rate())
          .Number("reference_attempts_per_s", rates.reference.rate())
          .Number("ratio", Ratio(rates.ours.rate(), rates.reference.rate()))
          .Number("differing_verdicts",
                  static_cast<double>(rates.differing_count)));
}

void RunKernels(const NamedSet& set, const std::string& function,
                Bench& bench) {
  double best = 0;
  for (std::size_t i = AllKernels().size(); i-- > 0;) {
    const Kernel& kernel = *AllKernels()[i];
    if (!kernel.supported()) continue;
    SolverOptions options = With(function, bench.options.solver);
    options.kernel = std::string(kernel.name);
    const Rates rates = MeasureRates(set.keys, options, bench.options.attempts,
                                     20, bench.workspace);
    bench.Check(rates.differing_count == 0);
    best = std::max(best, rates.ours.rate());
    bench.report.Add(Row()
                         .Text("case", "kernels")
                         .Text("set", set.name)
                         .Text("function", function)
                         .Text("kernel", kernel.name)
                         .Number("attempts_per_s", rates.ours.rate())
                         .Number("slower_than_best", best / rates.ours.rate()));
  }
}

void RunFirst(const NamedSet& set, const std::string& function, Bench& bench) {
  Measured ours;
  Measured reference;
  double worst = 0;
  int unsolved = 0;
  int reference_unsolved = 0;
  bool is_confirmed = true;
  for (int i = 0; i < bench.options.seed_count; ++i) {
    SolverOptions options = With(function, bench.options.solver);
    options.seed += static_cast<std::uint64_t>(i);
    const Solution solution = SolveFirst(set.keys, options, bench.workspace);
    is_confirmed = is_confirmed && solution.is_confirmed;
    unsolved += !solution.tried.is_solved;
    ours.Add({solution.seconds(), solution.tried.attempts});
    worst = std::max(worst, solution.seconds());
    const Measured plain =
        ReferenceFirst(set.keys, options, bench.options.reference_attempts);
    reference_unsolved += !plain.is_solved;
    reference.Add(plain);
  }
  bench.Check(is_confirmed);
  const double n = bench.options.seed_count;
  bench.report.Add(
      Row()
          .Text("case", "first")
          .Text("set", set.name)
          .Text("function", function)
          .Number("seeds", n)
          .Number("mean_ms", 1e3 * ours.seconds / n)
          .Number("max_ms", 1e3 * worst)
          .Number("mean_attempts", static_cast<double>(ours.attempts) / n)
          .Number("unsolved", unsolved)
          .Number("reference_mean_ms", 1e3 * reference.seconds / n)
          .Number("reference_given_up", reference_unsolved)
          .Number("ratio_at_least", Ratio(reference.seconds, ours.seconds))
          .Text("tables", is_confirmed ? "equal" : "DIFFER"));
}

void RunTotal(const std::vector<NamedSet>& sets, const std::string& function,
              Bench& bench) {
  Measured ours;
  Measured reference;
  double build = 0;
  double keys = 0;
  std::size_t unsolved = 0;
  std::size_t reference_unsolved = 0;
  bool is_confirmed = true;
  std::map<std::string, int> functions;
  const SolverOptions options = With(function, bench.options.solver);
  for (const NamedSet& set : sets) {
    const Solution solution = SolveFirst(set.keys, options, bench.workspace);
    ours.Add(solution.tried);
    build += solution.build_seconds;
    keys += static_cast<double>(set.keys.size());
    unsolved += !solution.tried.is_solved;
    is_confirmed = is_confirmed && solution.is_confirmed;
    ++functions[solution.function];
    const Measured plain =
        ReferenceFirst(set.keys, options, bench.options.reference_attempts);
    reference_unsolved += !plain.is_solved;
    reference.Add(plain);
  }
  bench.Check(is_confirmed);
  Row row;
  row.Text("case", "total")
      .Text("function", function)
      .Number("sets", static_cast<double>(sets.size()))
      .Number("keys", keys)
      .Number("unsolved", static_cast<double>(unsolved))
      .Number("attempts", static_cast<double>(ours.attempts))
      .Number("attempts_ms", 1e3 * ours.seconds)
      .Number("build_ms", 1e3 * build)
      .Number("reference_attempts_ms", 1e3 * reference.seconds)
      .Number("reference_given_up", static_cast<double>(reference_unsolved))
      .Number("ratio_at_least", Ratio(reference.seconds, ours.seconds))
      .Text("tables", is_confirmed ? "equal" : "DIFFER");
  for (const auto& [name, count] : functions) row.Number(name, count);
  bench.report.Add(row);
}

void RunFamilies(Bench& bench) {
  for (const KeyFamily& family : AllKeyFamilies()) {
    for (const std::size_t count :
         {std::size_t{2000}, std::size_t{31'016}, std::size_t{65'536},
          std::size_t{262'144}, std::size_t{472'374}}) {
      if (count > family.count_max) continue;
      const KeySet keys = MakeKeySet(family.make(count, 1));
      const Solution solution =
          SolveFirst(keys, With("Auto", bench.options.solver), bench.workspace);
      bench.Check(solution.is_confirmed && solution.tried.is_solved);
      bench.report.Add(
          Row()
              .Text("case", "families")
              .Text("family", family.name)
              .Number("keys", static_cast<double>(count))
              .Text("function", solution.function)
              .Number("attempts", static_cast<double>(solution.tried.attempts))
              .Number("ms", 1e3 * solution.seconds()));
    }
  }
}

// From keys in memory, as they come from a file, to the verified table.
void RunSize(std::size_t count, Bench& bench) {
  constexpr std::size_t kReferenceKeyCountMax = 1'000'000;
  const auto list = RandomKeys(count, 1);
  const auto bytes = KeyFileBytes(absl::MakeConstSpan(list));
  const int runs = count >= 1'000'000 ? bench.options.seed_count
                                      : 10 * bench.options.seed_count;
  const double n = static_cast<double>(count);
  double parse = 0;
  double reference = 0;
  Measured tried;
  double build = 0;
  for (int i = 0; i < runs; ++i) {
    SolverOptions options = With("Auto", bench.options.solver);
    options.seed += static_cast<std::uint64_t>(i);
    const double begin = CpuSeconds();
    const auto keys = KeySet::Parse(bytes, KeyWidth::k32Bits);
    parse += CpuSeconds() - begin;
    CHECK(keys.ok());
    const Solution solution = SolveFirst(*keys, options, bench.workspace);
    bench.Check(solution.is_confirmed);
    tried.Add(solution.tried);
    build += solution.build_seconds;
    if (count > kReferenceKeyCountMax) continue;
    reference +=
        ReferenceFirst(*keys, With(solution.function, options), 1000).seconds;
  }
  const double per_key = 1e9 / n / runs;
  bench.report.Add(
      Row()
          .Text("case", "sizes")
          .Number("keys", n)
          .Number("runs", runs)
          .Number("attempts", static_cast<double>(tried.attempts) / runs)
          .Number("parse_ns_per_key", parse * per_key)
          .Number("attempts_ns_per_key", tried.seconds * per_key)
          .Number("build_ns_per_key", build * per_key)
          .Number("ns_per_key", (parse + tried.seconds + build) * per_key)
          .Number("reference_attempts_ns_per_key", reference * per_key));
}

bool Takes(std::string_view argument, std::string_view name,
           std::string_view& value) {
  if (argument.substr(0, name.size()) != name) return false;
  value = argument.substr(name.size());
  return true;
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

std::uint64_t NumberOf(std::string_view text) {
  return std::strtoull(std::string(text).c_str(), nullptr, 0);
}

Options ParseArguments(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    std::string_view value;
    if (argument == "--json") {
      options.format = BenchmarkReport::Format::kJson;
    } else if (argument == "--pool") {
      options.solver.search = SeedSearch::kPool;
    } else if (Takes(argument, "--case=", value)) {
      options.cases.emplace_back(value);
    } else if (Takes(argument, "--function=", value)) {
      options.functions.emplace_back(value);
    } else if (Takes(argument, "--kernel=", value)) {
      options.solver.kernel = std::string(value);
    } else if (Takes(argument, "--seeds=", value)) {
      options.seed_count = static_cast<int>(NumberOf(value));
    } else if (Takes(argument, "--attempts=", value)) {
      options.attempts = NumberOf(value);
    } else if (Takes(argument, "--reference-attempts=", value)) {
      options.reference_attempts = NumberOf(value);
    } else {
      AddFiles(std::string(argument), options.files);
    }
  }
  if (options.cases.empty()) options.cases = {"rate", "first", "total"};
  if (options.functions.empty()) {
    options.functions = {"MultiplyShiftRX", "Mulshrolate4RX"};
  }
  return options;
}

void RunOnFiles(const std::string& name, const std::vector<NamedSet>& sets,
                Bench& bench) {
  for (const std::string& function : bench.options.functions) {
    if (name == "total") RunTotal(sets, function, bench);
    for (const NamedSet& set : sets) {
      if (name == "rate") RunRate(set, function, bench);
      if (name == "first") RunFirst(set, function, bench);
      if (name == "kernels") RunKernels(set, function, bench);
    }
  }
}

// Whether all verdicts and tables were right.
bool RunAll(const Options& options) {
  Bench bench = {.options = options, .report = BenchmarkReport(options.format)};
  const std::vector<NamedSet> sets = ReadSets(options.files);
  for (const std::string& name : options.cases) {
    if (name == "families") {
      RunFamilies(bench);
    } else if (name == "sizes") {
      for (const std::size_t count :
           {1000, 10'000, 100'000, 1'000'000, 10'000'000}) {
        RunSize(count, bench);
      }
    } else {
      RunOnFiles(name, sets, bench);
    }
  }
  return bench.is_right;
}

}  // namespace
}  // namespace perfecthash

int main(int argc, char** argv) {
  if (argc == 1) {
    std::fprintf(stderr,
                 "usage: solver_benchmark [--json] [--case=NAME] "
                 "[--function=NAME] [KEY_FILE_OR_DIRECTORY...]\n");
    return 2;
  }
  return perfecthash::RunAll(perfecthash::ParseArguments(argc, argv)) ? 0 : 1;
}
