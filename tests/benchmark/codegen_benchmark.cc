// codegen_benchmark KEY_FILE [DIRECTORY]: generates the files of one key set,
// says how large they are and how fast they come, and leaves them in DIRECTORY
// if one is given.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "engine/base/file_bytes.h"
#include "engine/base/status_macros.h"
#include "engine/codegen/generator.h"
#include "engine/codegen/table_file.h"
#include "engine/perfect_hash/solver.h"

namespace perfecthash {
namespace {

using Clock = std::chrono::steady_clock;

double SecondsSince(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

absl::StatusOr<Table> SolveKeys(const KeySet& keys) {
  SolverOptions options;
  options.hash_function = "Mulshrolate4RX";
  ASSIGN_OR_RETURN(const Solver solver, Solver::Create(keys, options));
  Workspace workspace;
  std::uint64_t attempt = 1;
  while (solver.Try(attempt, workspace, nullptr) != Outcome::kSolved) {
    ++attempt;
  }
  return solver.Build(attempt, workspace);
}

// The best of several times that `run` takes, in seconds.
template <typename Run>
double Best(Run run) {
  double best = 1e9;
  for (int i = 0; i < 20; ++i) {
    const Clock::time_point begin = Clock::now();
    run();
    best = std::min(best, SecondsSince(begin));
  }
  return best;
}

std::vector<std::uint8_t> PullAll(GeneratedFile& file) {
  std::vector<std::uint8_t> chunk(1 << 20);
  std::vector<std::uint8_t> bytes;
  while (const std::size_t filled = file.Fill(absl::MakeSpan(chunk))) {
    bytes.insert(bytes.end(), chunk.begin(), chunk.begin() + filled);
  }
  return bytes;
}

absl::Status WriteFiles(const Table& table, const KeySet& keys,
                        const std::string& name, const std::string& directory) {
  GeneratedTable generated = Generate(table, keys, name, {});
  std::size_t total = 0;
  for (GeneratedFile& file : generated.files) {
    const std::vector<std::uint8_t> bytes = PullAll(file);
    std::printf("%10zu  %s\n", bytes.size(), file.filename().c_str());
    total += bytes.size();
    if (directory.empty()) continue;
    RETURN_IF_ERROR(WriteFileBytes(directory + "/" + file.filename(), bytes));
  }
  std::printf("%10zu  in %zu files\n", total, generated.files.size());
  return absl::OkStatus();
}

void TimeGenerating(const Table& table, const KeySet& keys) {
  std::vector<std::uint8_t> chunk(256 << 10);
  std::size_t text_bytes = 0;
  const double text = Best([&] {
    text_bytes = 0;
    for (GeneratedFile& file :
         Generate(table, keys, "a", {.table = false}).files) {
      while (const std::size_t filled = file.Fill(absl::MakeSpan(chunk))) {
        text_bytes += filled;
      }
    }
  });
  const double begin = Best([&] { Generate(table, keys, "a", {}); });
  const double digest = Best([&] { MakeTableFileFrame(table); });
  std::printf(
      "text %.0f MB/s in all; Generate() alone %.1f us, %.1f of them digest\n",
      static_cast<double>(text_bytes) / text / 1e6, begin * 1e6, digest * 1e6);
}

absl::Status Main(const std::string& path, const std::string& directory) {
  ASSIGN_OR_RETURN(const std::vector<std::uint8_t> bytes,
                   ReadFileBytes(path, 1u << 31));
  ASSIGN_OR_RETURN(const KeySet keys, KeySet::Parse(bytes, KeyWidth::k32Bits));
  ASSIGN_OR_RETURN(const Table table, SolveKeys(keys));
  RETURN_IF_ERROR(WriteFiles(table, keys, path, directory));
  TimeGenerating(table, keys);
  return absl::OkStatus();
}

}  // namespace
}  // namespace perfecthash

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: codegen_benchmark KEY_FILE [DIRECTORY]\n");
    return EXIT_FAILURE;
  }
  const absl::Status status =
      perfecthash::Main(argv[1], argc > 2 ? argv[2] : "");
  if (!status.ok()) std::fprintf(stderr, "%s\n", status.ToString().c_str());
  return status.ok() ? EXIT_SUCCESS : EXIT_FAILURE;
}
