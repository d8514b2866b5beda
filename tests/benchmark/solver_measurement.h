#pragma once

#include <cstdint>
#include <string>

#include "engine/perfect_hash/solver.h"

namespace perfecthash {

// What the solver benchmark measures, on one thread and in CPU time.

double CpuSeconds();

struct Measured {
  double seconds = 0;
  std::uint64_t attempts = 0;
  bool is_solved = false;

  double rate() const { return static_cast<double>(attempts) / seconds; }
  void Add(const Measured& other) {
    seconds += other.seconds;
    attempts += other.attempts;
  }
};

// Ours, till the first solution: tried, built and verified.
struct Solution {
  Measured tried;
  double build_seconds = 0;
  std::string function = "unsolved";
  // Whether the reference solves with these seeds too, and both tables give
  // every key its rank.
  bool is_confirmed = true;

  double seconds() const { return tried.seconds + build_seconds; }
};
Solution SolveFirst(const KeySet& keys, const SolverOptions& options,
                    Workspace& workspace);

// The reference, till its first solution, but at most so many attempts.
Measured ReferenceFirst(const KeySet& keys, SolverOptions options,
                        std::uint64_t attempts_max);

struct Rates {
  Measured ours;
  Measured reference;
  std::uint64_t differing_count = 0;  // verdicts
};
// The same fresh attempts with both; the reference makes the first of them.
Rates MeasureRates(const KeySet& keys, SolverOptions options,
                   std::uint64_t attempts, std::uint64_t reference_attempts,
                   Workspace& workspace);

// Many solutions of one set, each assigned and measured as for a best graph.
struct ManySolutions {
  std::uint64_t attempts = 0;
  double try_seconds = 0;
  double assign_seconds = 0;
  double measure_seconds = 0;
  // Whether the last of them is verified as a table and measures the same.
  bool is_confirmed = false;
};
ManySolutions MeasureSolutions(const KeySet& keys, const SolverOptions& options,
                               std::uint64_t solutions, Workspace& workspace);

}  // namespace perfecthash
