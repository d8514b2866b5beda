#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "engine/perfect_hash/solver_options.h"
#include "tests/benchmark/benchmark_report.h"

namespace perfecthash {

// What the solver benchmark is asked for. A value.
struct SolverBenchmarkOptions {
  BenchmarkReport::Format format = BenchmarkReport::Format::kText;
  std::vector<std::string> cases;
  std::vector<std::string> functions;
  SolverOptions solver;
  int seed_count = 10;
  std::uint64_t attempts = 1000;
  std::uint64_t reference_attempts = 200;
  double seconds = 2;     // of the case `verdicts`, for each set and function
  std::size_t every = 1;  // takes each so-manieth file of a directory
  std::vector<std::string> paths;

  // The key files that the paths are, or that are in them.
  std::vector<std::string> files() const;
};

// The options; or, when help was asked for or something is wrong, and that has
// been printed, the exit code.
std::variant<SolverBenchmarkOptions, int> ParseArguments(int argc, char** argv);

}  // namespace perfecthash
