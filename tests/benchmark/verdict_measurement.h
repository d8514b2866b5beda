#pragma once

#include <cstdint>

#include "engine/perfect_hash/solver.h"

namespace perfecthash {

// How the search with a named function ended, and whether HOPELESS was right.
struct MeasuredVerdict {
  enum class Kind { kSolved, kHopeless, kUndecided };
  Kind kind = Kind::kUndecided;
  std::uint64_t attempts = 0;  // till the verdict
  double seconds = 0;          // the same
  // Of kHopeless: an attempt that solves all the same, 0 if none was found.
  std::uint64_t solved_later = 0;
};

// Makes attempts with the function of `options` until it solves or says
// HOPELESS, and then, in the second case, goes on with fresh seeds all the
// same; for so much CPU time in all.
MeasuredVerdict MeasureVerdict(const KeySet& keys, const SolverOptions& options,
                               double seconds_max, Workspace& workspace);

}  // namespace perfecthash
