#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "engine/codegen/generator.h"
#include "engine/perfect_hash/best_solution.h"
#include "engine/perfect_hash/key_set.h"
#include "engine/perfect_hash/solver_options.h"

namespace perfecthash {

// How key files are read and generated files written.
enum class FileIo {
  kOverlapped,  // by operations of the completion port
  kMapped,      // by memory-mapped files
  kNone,        // compute only: keys are read, nothing is written
};

// How many solver lanes work on one table. It starts with `initial` and gains
// one each `increase_after` (zero = never) up to `max` (zero = as many as its
// node has workers).
struct LaneRamp {
  int initial = 1;
  int max = 0;
  std::chrono::nanoseconds increase_after = std::chrono::milliseconds(500);
};

// What many tables have in common; shared between the items of a job.
struct TableOptions {
  KeyWidth key_width = KeyWidth::k32Bits;
  SolverOptions solver;
  // Time from the first attempt before the table counts as unsolved; zero = no
  // limit. It holds to 50 ms at any size. At most a hundred years.
  std::chrono::nanoseconds solve_time_max{0};
  // Not the first solution, but the best of many.
  std::optional<BestGraphOptions> best_graph;
  LaneRamp lanes;
  FileIo file_io = FileIo::kOverlapped;
  // Which kinds of files to generate, and how. The name is the table's own.
  GeneratorOptions generator;
};

// Where a table's keys are.
struct KeyFile {
  std::string path;
};
struct KeyBytes {
  std::shared_ptr<const std::vector<std::uint8_t>> bytes;
};
using KeySource = std::variant<KeyFile, KeyBytes>;

// One table to make.
struct TableRequest {
  // A label, such as the key file's name without its extension. Generated code
  // is named after it (as a valid C identifier).
  std::string name;
  KeySource keys;
  // Of a key file, where the caller knows it: an estimate that orders tables
  // (ItemOrder::kShortestFirst) and binds nobody.
  std::optional<std::uint64_t> size_hint_bytes = {};
  std::shared_ptr<const TableOptions> options;
  // Generated files go there, under their own names; missing directories are
  // made. Empty: nothing is written, as with FileIo::kNone.
  std::string output_directory;
};

}  // namespace perfecthash
