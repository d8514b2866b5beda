// How fast key sets are solved, beside the plain reference, in one process and
// on one thread. Every verdict and every table of both is compared. See --help.

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "engine/base/check.h"
#include "engine/base/file_bytes.h"
#include "engine/perfect_hash/kernels/kernel.h"
#include "engine/perfect_hash/solver.h"
#include "tests/benchmark/benchmark_report.h"
#include "tests/benchmark/solver_benchmark_options.h"
#include "tests/benchmark/solver_measurement.h"
#include "tests/benchmark/verdict_measurement.h"
#include "tests/support/key_families.h"
#include "tests/support/key_sets.h"

namespace perfecthash {
namespace {

using Row = BenchmarkReport::Row;
using Options = SolverBenchmarkOptions;

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
  explicit Bench(Options asked)
      : options(std::move(asked)), report(options.format) {}

  Options options;
  BenchmarkReport report;
  Workspace workspace;
  bool is_right = true;  // all verdicts and tables were

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

void RunBest(const NamedSet& set, const std::string& function, Bench& bench) {
  const std::uint64_t solutions = bench.options.attempts;
  const ManySolutions many =
      MeasureSolutions(set.keys, With(function, bench.options.solver),
                       solutions, bench.workspace);
  bench.Check(many.is_confirmed);
  const double per_solution = 1e3 / static_cast<double>(solutions);
  bench.report.Add(
      Row()
          .Text("case", "best")
          .Text("set", set.name)
          .Text("function", function)
          .Number("solutions", static_cast<double>(solutions))
          .Number("attempts", static_cast<double>(many.attempts))
          .Number("try_ms", many.try_seconds * per_solution)
          .Number("assign_ms", many.assign_seconds * per_solution)
          .Number("measure_ms", many.measure_seconds * per_solution)
          .Text("tables", many.is_confirmed ? "equal" : "DIFFER"));
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

// Every function on every set: who solves, who says that it cannot, and whether
// that was right.
void RunVerdicts(const std::vector<NamedSet>& sets, Bench& bench) {
  using Kind = MeasuredVerdict::Kind;
  for (const HashFunction& function : AllHashFunctions()) {
    std::map<Kind, int> counts;
    double hopeless_seconds_max = 0;
    int wrong = 0;
    for (const NamedSet& set : sets) {
      const MeasuredVerdict verdict = MeasureVerdict(
          set.keys, With(std::string(function.name), bench.options.solver),
          bench.options.seconds, bench.workspace);
      ++counts[verdict.kind];
      if (verdict.kind != Kind::kHopeless) continue;
      hopeless_seconds_max = std::max(hopeless_seconds_max, verdict.seconds);
      if (verdict.solved_later == 0) continue;
      ++wrong;
      bench.report.Add(
          Row()
              .Text("case", "wrong_verdict")
              .Text("function", function.name)
              .Text("set", set.name)
              .Number("hopeless_after", static_cast<double>(verdict.attempts))
              .Number("solved_at", static_cast<double>(verdict.solved_later)));
    }
    bench.Check(wrong == 0);
    bench.report.Add(Row()
                         .Text("case", "verdicts")
                         .Text("function", function.name)
                         .Number("sets", static_cast<double>(sets.size()))
                         .Number("solved", counts[Kind::kSolved])
                         .Number("hopeless", counts[Kind::kHopeless])
                         .Number("wrong", wrong)
                         .Number("undecided", counts[Kind::kUndecided])
                         .Number("hopeless_s_max", hopeless_seconds_max));
  }
}

void RunCase(const std::string& name, Bench& bench) {
  if (name == "families") return RunFamilies(bench);
  if (name == "sizes") {
    for (const std::size_t count :
         {1000, 10'000, 100'000, 1'000'000, 10'000'000}) {
      RunSize(count, bench);
    }
    return;
  }
  const std::vector<NamedSet> sets = ReadSets(bench.options.files());
  if (name == "verdicts") return RunVerdicts(sets, bench);
  for (const std::string& function : bench.options.functions) {
    if (name == "total") RunTotal(sets, function, bench);
    for (const NamedSet& set : sets) {
      if (name == "rate") RunRate(set, function, bench);
      if (name == "first") RunFirst(set, function, bench);
      if (name == "best") RunBest(set, function, bench);
      if (name == "kernels") RunKernels(set, function, bench);
    }
  }
}

// All that tests/README.md has figures of. The only path is the directory of
// the reference keys, with sys32 unpacked in it or named as a second path.
void RunAllCases(Bench& bench) {
  const Options given = bench.options;
  const std::string keys = given.paths[0] + "/";
  const std::string sys32 =
      given.paths.size() > 1 ? given.paths[1] : keys + "sys32";
  const std::vector<std::string> hologram_world = {
      keys + "set1/HologramWorld-31016.keys"};
  const auto run = [&](const char* name, std::vector<std::string> paths,
                       SeedSearch search = SeedSearch::kAuto) {
    bench.options.paths = std::move(paths);
    bench.options.solver.search = search;
    RunCase(name, bench);
  };
  run("rate", hologram_world);
  run("kernels", hologram_world);
  run("first", hologram_world, SeedSearch::kPool);
  run("total", {keys + "hard"}, SeedSearch::kPool);
  bench.options.reference_attempts = 1;
  run("total", {sys32}, SeedSearch::kPool);
  bench.options.functions = {"Auto"};
  run("first", hologram_world);
  run("total", {keys + "hard"});
  run("total", {sys32});
  run("best", hologram_world);
  run("families", {});
  bench.options.seed_count = 4;
  run("sizes", {});
  run("verdicts", {keys + "hard", keys + "set1"});
}

}  // namespace
}  // namespace perfecthash

int main(int argc, char** argv) {
  auto parsed = perfecthash::ParseArguments(argc, argv);
  if (const int* exit_code = std::get_if<int>(&parsed)) return *exit_code;
  perfecthash::Bench bench(
      std::get<perfecthash::SolverBenchmarkOptions>(std::move(parsed)));
  for (const std::string& name : std::vector(bench.options.cases)) {
    if (name == "all") {
      perfecthash::RunAllCases(bench);
    } else {
      perfecthash::RunCase(name, bench);
    }
  }
  return bench.is_right ? 0 : 1;
}
