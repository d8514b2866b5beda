#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace perfecthash {

inline constexpr std::uint64_t kDefaultSeed = 0x2019090319811025;

// Where the seeds of attempts come from.
enum class SeedSearch : std::uint8_t {
  kAuto,   // kPool with the hash function Auto, kPlain with one that is named
  kPlain,  // fresh seeds for each attempt: the predecessor's sequence
  kPool,   // fresh at first, then pairs out of a pool of halves (SeedPool),
           // unless the function's halves differ or the set is too large
};

// What a user may ask of the solution of one table.
struct SolverOptions {
  // A name of AllHashFunctions(); "" and "Auto" start with the cheapest and go
  // on to stronger ones, after as many attempts as planned_time has room for by
  // a model of the costs. A named function that cannot solve a set says so
  // (TrialVerdict::kHopeless) instead of trying for ever.
  std::string hash_function = "Auto";
  SeedSearch search = SeedSearch::kAuto;
  // Of the attempt sequence: the same keys and options give the same table.
  std::uint64_t seed = kDefaultSeed;
  // If not empty: the hash function's seeds, as many as it takes; needs one
  // that is named. Those that are not 0 are taken as they are, those that are 0
  // are drawn anew for each attempt. Without any 0 there is one attempt.
  std::vector<std::uint32_t> seeds = {};
  // For the drawn seeds, in order: bits that may be set. 0, like all bits, or
  // none given for a seed, leaves it as it is.
  std::vector<std::uint32_t> seed_masks = {};
  // For the bytes of seed 3, from the low end, that shift or rotate: how often
  // each value 0, 1, .. is to be drawn, relative to the others. An empty list,
  // or none, for a byte: all its values alike. "Auto" heeds it with those
  // functions that have such bytes, of 32 values. Of a byte that seed_masks
  // limits there can be none.
  std::vector<std::vector<std::uint32_t>> seed3_byte_counts = {};
  // Attempts before the table counts as unsolved; 0 = no limit.
  std::uint64_t max_attempts = 0;
  // Doublings of the vertices to start with ...
  int initial_table_resizes = 0;
  // ... and at most (0, or less than the initial ones: no more than these) ...
  int max_table_resizes = 0;
  // ... with one more each time that this many attempts have failed; 0 =
  // automatic: as soon as the function cannot be expected to solve the set at
  // that size, or not within a quarter of planned_time, two seconds where that
  // is not said. "Auto" needs no more room.
  std::uint64_t attempts_before_table_resize = 0;
  // How long the caller means to wait; 0 = not said. No clock is read: cheap
  // functions ("Auto") and small tables (automatic resizes) get shares of it by
  // the model of the costs, so that what wins is the same on every machine. To
  // end the search in time is left to the caller.
  std::chrono::nanoseconds planned_time{0};
  // Name of a kernel (AllKernels()), or "" for the best of this machine. The
  // result does not depend on it.
  std::string kernel = {};
};

// Whether the functions are to be chosen for the caller.
inline bool IsAuto(const SolverOptions& options) {
  return options.hash_function.empty() || options.hash_function == "Auto";
}

}  // namespace perfecthash
