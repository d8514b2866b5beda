#include "tests/engine/codegen/solved_table.h"

#include <filesystem>
#include <fstream>
#include <random>
#include <set>

#include "engine/base/check.h"
#include "engine/perfect_hash/solver.h"

namespace perfecthash {

SolvedTable Solve(const std::vector<std::uint64_t>& keys, KeyWidth width,
                  const std::string& function) {
  auto key_set = KeySet::Parse(KeyFileBytes(keys, width), width);
  CHECK(key_set.ok());
  SolverOptions options;
  options.hash_function = function;
  options.max_table_resizes = 4;
  options.attempts_before_table_resize = 200;
  options.max_attempts = 100'000;
  const auto solver = Solver::Create(*key_set, options);
  CHECK(solver.ok());
  Workspace workspace;
  std::uint64_t attempt = 1;
  Outcome outcome;
  while ((outcome = solver->Try(attempt, workspace, nullptr)) !=
         Outcome::kSolved) {
    CHECK(outcome != Outcome::kExhausted);
    ++attempt;
  }
  auto table = solver->Build(attempt, workspace);
  CHECK(table.ok());
  return {.keys = *std::move(key_set), .table = *std::move(table)};
}

SolvedTable Solve(const std::vector<std::uint64_t>& keys,
                  const std::string& function) {
  return Solve(keys, KeyWidth::k32Bits, function);
}

std::vector<std::uint64_t> RandomKeys(std::size_t count, std::uint64_t limit) {
  std::mt19937_64 random(count);
  std::set<std::uint64_t> keys;
  while (keys.size() < count) keys.insert(random() % limit);
  return {keys.begin(), keys.end()};
}

std::vector<std::uint8_t> KeyFileBytes(const std::vector<std::uint64_t>& keys,
                                       KeyWidth width) {
  std::vector<std::uint8_t> bytes;
  for (const std::uint64_t key : keys) {
    for (int i = 0; i < static_cast<int>(width); ++i) {
      bytes.push_back(static_cast<std::uint8_t>(key >> (8 * i)));
    }
  }
  return bytes;
}

std::string Pull(GeneratedFile& file, std::size_t chunk_bytes) {
  std::string text;
  std::vector<std::uint8_t> chunk(chunk_bytes);
  while (true) {
    const std::size_t filled = file.Fill(absl::MakeSpan(chunk));
    text.append(reinterpret_cast<const char*>(chunk.data()), filled);
    if (filled < chunk.size()) break;
  }
  CHECK(file.Fill(absl::MakeSpan(chunk)) == 0);
  return text;
}

std::string Pull(GeneratedTable& generated, std::string_view filename) {
  for (GeneratedFile& file : generated.files) {
    if (file.filename() == filename) return Pull(file);
  }
  CheckFailed("a file of this name", __FILE__, __LINE__);
}

TemporaryDirectory::TemporaryDirectory() {
  std::random_device random;
  const std::filesystem::path path =
      std::filesystem::temp_directory_path() /
      ("codegen-" + std::to_string(random()) + "-" + std::to_string(random()));
  CHECK(std::filesystem::create_directory(path));
  path_ = path.string();
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code error;
  std::filesystem::remove_all(path_, error);
}

std::string TemporaryDirectory::Write(std::string_view filename,
                                      std::string_view bytes) const {
  const std::string path = path_ + "/" + std::string(filename);
  std::ofstream file(path, std::ios::binary);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  CHECK(!file.fail());
  return path;
}

void TemporaryDirectory::Write(GeneratedTable& generated) const {
  for (GeneratedFile& file : generated.files)
    Write(file.filename(), Pull(file));
}

}  // namespace perfecthash
