#include "tests/benchmark/solver_benchmark_options.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string_view>

namespace perfecthash {
namespace {

bool Takes(std::string_view argument, std::string_view name,
           std::string_view& value) {
  if (argument.substr(0, name.size()) != name) return false;
  value = argument.substr(name.size());
  return true;
}

std::uint64_t NumberOf(std::string_view text) {
  return std::strtoull(std::string(text).c_str(), nullptr, 0);
}

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

void TakeArgument(std::string_view argument, SolverBenchmarkOptions& options) {
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
  } else if (Takes(argument, "--seconds=", value)) {
    options.seconds = std::strtod(std::string(value).c_str(), nullptr);
  } else if (Takes(argument, "--every=", value)) {
    options.every = std::max<std::size_t>(NumberOf(value), 1);
  } else {
    options.paths.emplace_back(argument);
  }
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

SolverBenchmarkOptions ParseArguments(int argc, char** argv) {
  SolverBenchmarkOptions options;
  for (int i = 1; i < argc; ++i) TakeArgument(argv[i], options);
  if (options.cases.empty()) options.cases = {"rate", "first", "total"};
  if (options.functions.empty()) {
    options.functions = {"MultiplyShiftRX", "Mulshrolate4RX"};
  }
  return options;
}

}  // namespace perfecthash
