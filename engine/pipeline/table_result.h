#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/sha256.h"
#include "engine/perfect_hash/coverage_predicate.h"
#include "engine/perfect_hash/solve_record.h"
#include "engine/pipeline/attempt_order.h"

namespace perfecthash {

// One generated file, written whole.
struct WrittenFile {
  std::string filename;  // within the request's output directory
  std::uint64_t size_bytes = 0;
  Sha256Digest sha256{};
};

// How the best graph was chosen.
struct BestGraphResult {
  CoveragePredicate predicate;
  double value = 0;                     // the winner's
  std::uint64_t improvement_count = 0;  // times that a new best one was found
  std::uint64_t equal_count = 0;        // further solutions as good as it
};

// How long the table was in each stage, waits for a turn included.
struct StageTimes {
  std::chrono::nanoseconds read{0};    // its keys
  std::chrono::nanoseconds memory{0};  // in line for memory
  std::chrono::nanoseconds search{0};  // attempts
  std::chrono::nanoseconds build{0};   // assigning, verifying, measuring
  std::chrono::nanoseconds generate{0};
  std::chrono::nanoseconds write{0};
};

// A table that was solved, verified and, where asked, written.
struct TableResult {
  std::uint64_t key_count = 0;
  std::uint64_t edge_count = 0;
  std::uint64_t vertex_count = 0;
  std::uint64_t table_size_bytes = 0;
  std::string hash_function;
  std::vector<std::uint32_t> seeds;
  // The number, from 1, of the attempt that solved: the lowest one that can,
  // or that of the best graph.
  std::uint64_t attempts = 0;
  int table_resizes = 0;
  // From the first attempt to the verified table.
  std::chrono::nanoseconds solve_time{0};
  // SHA-256 of the binary table file, whether or not it is written.
  Sha256Digest digest{};
  std::vector<WrittenFile> files;

  // The attempts that the choice depends on, up to the last of them: the same
  // at every number of lanes.
  AttemptCounts attempt_counts;
  // What the lanes made in fact, which is more where there are several.
  std::uint64_t attempts_made = 0;
  SearchEnd search_end = SearchEnd::kFirstSolution;
  // Fresh attempts till a random graph of this size is solved.
  double expected_attempts = 0;
  SolveRecord record;
  // Of the assigned array; the graph and the subset only if the predicate of a
  // best graph is of them.
  MeasuredCoverage coverage;
  std::optional<BestGraphResult> best_graph;
  StageTimes times;
};

}  // namespace perfecthash
