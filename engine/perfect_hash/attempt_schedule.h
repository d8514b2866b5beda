#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "absl/status/statusor.h"
#include "engine/perfect_hash/graph_size.h"
#include "engine/perfect_hash/hash_function.h"
#include "engine/perfect_hash/pool_generation.h"
#include "engine/perfect_hash/solver_options.h"

namespace perfecthash {

enum class AttemptKind : std::uint8_t {
  kFresh,      // tries the graph of `seeds`
  kCandidate,  // scores a half for the seed pool
  kPair,       // tries a pair of the pool
};

// What one attempt tries.
struct AttemptPlan {
  AttemptKind kind = AttemptKind::kFresh;
  HashFunctionId function;
  int table_resizes = 0;
  Seeds seeds;  // of a fresh attempt
  // Of the others: their generation, the number of its first attempt, and the
  // number, from 0, of the candidate or pair in it.
  PoolGeneration generation;
  std::uint64_t generation_attempt = 0;
  std::uint32_t index = 0;
};

// The seeds of an attempt: the outputs of its subsequence, masked.
Seeds DrawSeeds(const HashFunction& function, std::uint64_t seed,
                std::uint64_t attempt);

// Maps attempt numbers, from 1, to what is tried: a pure function of the
// options and the number of keys, so that the same attempt is the same on
// every machine and at every concurrency. Immutable after construction.
//
// The seeds of attempt i are the outputs of Philox subsequence i (SeedStream),
// whatever came before. "Auto" divides the attempts at each table size into
// stages, cheap functions first, the last without end. A stage that uses the
// seed pool makes kFreshAttemptCount fresh attempts, then one generation after
// another: its candidates, then its pairs.
class AttemptSchedule {
 public:
  // InvalidArgument naming the option that is wrong.
  static absl::StatusOr<AttemptSchedule> Create(const SolverOptions& options,
                                                std::size_t key_count);

  // The number of attempts there are; the largest number if no limit is set.
  std::uint64_t attempt_count_max() const { return attempt_count_max_; }
  int table_resizes_max() const { return table_resizes_max_; }

  std::uint64_t seed() const { return seed_; }
  // Whether some attempts are of the seed pool.
  bool uses_pool() const;

  // Before the seed pool is set up: most sets are solved by then.
  static constexpr std::uint64_t kFreshAttemptCount = 64;

  // `attempt` is in 1..attempt_count_max().
  AttemptPlan Plan(std::uint64_t attempt) const;

 private:
  // Functions one after another, each for `attempt_count` attempts, the last
  // for all the rest. They start anew when the table is doubled.
  struct Stage {
    HashFunctionId function;
    std::uint64_t attempt_count;
    bool uses_pool = false;
  };
  static constexpr int kStageCountMax = 4;
  struct Stages {
    std::array<Stage, kStageCountMax> stage;
    int count = 0;
  };

  AttemptSchedule() = default;
  // For the table of that size.
  Stages StagesFor(const GraphSize& size) const;
  Stages PlainAutoStages() const;
  Stages PooledAutoStages(const GraphSize& size) const;
  bool UsesPool(HashFunctionId function, const GraphSize& size) const;
  // `index` counts the attempts of a stage from 0.
  void PlanPooled(std::uint64_t attempt, std::uint64_t index,
                  const GraphSize& size, AttemptPlan& plan) const;

  std::size_t key_count_ = 0;
  std::uint64_t seed_ = 0;
  bool is_auto_ = false;
  bool is_plain_ = true;
  HashFunctionId function_ = HashFunctionId::kMulshrolate4RX;
  Seeds explicit_seeds_;  // count 0: none
  std::uint64_t attempt_count_max_ = 0;
  std::uint64_t attempts_before_table_resize_ = 0;
  int table_resizes_initial_ = 0;
  int table_resizes_max_ = 0;
};

}  // namespace perfecthash
