#include "tests/benchmark/solver_benchmark_options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>

namespace perfecthash {
namespace {

constexpr char kCases[] = R"(Cases:
  rate       attempts per second with fresh seeds, each file and function
  first      time to the first solution, over the seeds, each file and function
  total      a first solution for all files, each function
  best       many solutions, each measured, each file and function
  kernels    attempts per second by kernel, each file and function
  families   Auto on all kinds of key sets (needs no files)
  sizes      random keys from a thousand to ten million (needs no files)
  verdicts   every function on each file: whether HOPELESS is right, that is no
             further attempts solve within --seconds in all
  all        all of these as tests/README.md has them: give the directory of the
             reference keys, and that of sys32 if it is not in there

Times are CPU time.)";

std::vector<std::string> KeyFilesIn(const std::string& directory) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    if (entry.path().extension() == ".keys") {
      files.push_back(entry.path().string());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

void AddOptions(CLI::App& app, SolverBenchmarkOptions& options) {
  app.add_option("paths", options.paths, "key files, and directories of them")
      ->check(CLI::ExistingPath);
  app.add_flag_callback(
      "--json", [&options] { options.format = BenchmarkReport::Format::kJson; },
      "print an array of objects");
  app.add_option("--case", options.cases,
                 "what to measure; may be given several times")
      ->allow_extra_args(false)
      ->check(CLI::IsMember({"rate", "first", "total", "best", "kernels",
                             "families", "sizes", "verdicts", "all"}))
      ->default_str("rate, first and total");
  app.add_option("--function", options.functions,
                 "a hash function, or Auto; may be given several times")
      ->allow_extra_args(false)
      ->default_str("MultiplyShiftRX and Mulshrolate4RX");
  app.add_flag_callback(
      "--pool", [&options] { options.solver.search = SeedSearch::kPool; },
      "pair halves of seeds, instead of fresh ones");
  app.add_option("--kernel", options.solver.kernel, "the best one if empty");
  app.add_option("--seeds", options.seed_count, "how many, of `first`")
      ->check(CLI::PositiveNumber);
  app.add_option("--attempts", options.attempts, "of `rate` and `kernels`")
      ->check(CLI::PositiveNumber);
  app.add_option("--reference-attempts", options.reference_attempts,
                 "after which the reference gives up")
      ->check(CLI::PositiveNumber);
  app.add_option("--seconds", options.seconds,
                 "of `verdicts`, for each set and function")
      ->check(CLI::PositiveNumber);
  app.add_option("--every", options.every,
                 "takes each N-th file of a directory")
      ->check(CLI::PositiveNumber);
}

bool NeedsFiles(const std::string& name) {
  return name != "families" && name != "sizes";
}

}  // namespace

std::vector<std::string> SolverBenchmarkOptions::files() const {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    if (!std::filesystem::is_directory(path)) {
      files.push_back(path);
      continue;
    }
    const std::vector<std::string> all = KeyFilesIn(path);
    for (std::size_t i = 0; i < all.size(); i += every) {
      files.push_back(all[i]);
    }
  }
  return files;
}

std::variant<SolverBenchmarkOptions, int> ParseArguments(int argc,
                                                         char** argv) {
  SolverBenchmarkOptions options;
  CLI::App app(
      "How fast key sets are solved, beside the plain reference, in one "
      "process "
      "and on one thread. Every verdict and every table of both is compared.",
      "solver_benchmark");
  app.option_defaults()->always_capture_default();
  app.footer(kCases);
  AddOptions(app, options);
  try {
    app.parse(argc, argv);
    if (options.cases.empty()) options.cases = {"rate", "first", "total"};
    if (options.paths.empty() &&
        std::any_of(options.cases.begin(), options.cases.end(), NeedsFiles)) {
      throw CLI::ValidationError(
          "paths", "what is measured needs key files or directories of them");
    }
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  if (options.functions.empty()) {
    options.functions = {"MultiplyShiftRX", "Mulshrolate4RX"};
  }
  return options;
}

}  // namespace perfecthash
