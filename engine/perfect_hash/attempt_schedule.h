#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "engine/perfect_hash/attempt_stage.h"
#include "engine/perfect_hash/hash_function.h"
#include "engine/perfect_hash/key_set.h"
#include "engine/perfect_hash/pool_generation.h"
#include "engine/perfect_hash/seed_rule.h"
#include "engine/perfect_hash/solve_record.h"
#include "engine/perfect_hash/solver_options.h"

namespace perfecthash {

enum class AttemptKind : std::uint8_t {
  kFresh,      // tries the graph of `seeds`
  kCandidate,  // scores a half for the seed pool
  kPair,       // tries a pair of the pool
  kNone,       // nothing is left to be tried
  kUnknown,    // the assessment was stopped
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
  // Of kNone: how many attempts there are.
  std::uint64_t attempt_count = 0;
};

// Maps attempt numbers, from 1, to what is tried: a function of the options and
// the keys alone, so that the same attempt is the same on every machine and at
// every concurrency. Immutable after construction.
//
// The seeds of attempt i are the outputs of Philox subsequence i (SeedStream),
// whatever came before. A table size has stages (AttemptStage): one for a named
// function; cheap functions first with "Auto". A stage begins with attempts
// that are made in any case. If they were in vain, how it goes on depends on
// the attempts to be expected for its function and these keys, for which the
// schedule asks.
class AttemptSchedule {
 public:
  // The expected attempts of an assessed stage; nothing if stopped. `slot` is
  // the stage's number, below kSlotCount: each is to be assessed once.
  using Assess = absl::FunctionRef<std::optional<double>(
      const AttemptStage& stage, int slot)>;
  static constexpr int kSlotCount =
      AttemptStages::kCountMax * (kTableResizesMax + 1);

  // InvalidArgument naming the option that is wrong. `hashed_width` is that of
  // the keys as a hash function takes them: 64 bits if the set is wide.
  static absl::StatusOr<AttemptSchedule> Create(
      const SolverOptions& options, std::size_t key_count,
      KeyWidth hashed_width = KeyWidth::k32Bits);

  // The number of attempts the options allow; the largest number if they set no
  // limit. There may be fewer.
  std::uint64_t attempt_count_max() const { return attempt_count_max_; }
  int table_resizes_max() const { return table_resizes_max_; }

  const SeedRule& seed_rule() const { return seed_rule_; }
  // Whether some attempts may be of the seed pool.
  bool uses_pool() const;

  // `attempt` is in 1..attempt_count_max().
  AttemptPlan Plan(std::uint64_t attempt, Assess assess) const;

  // The stages that `attempts` attempts went through, with the verdict `end` on
  // the last. If that is kAttemptLimit though the options allowed more, the
  // stages were at an end and it is kHopeless.
  SolveRecord Record(std::uint64_t attempts, TrialVerdict end,
                     Assess assess) const;

 private:
  // Where an attempt is.
  struct Position {
    AttemptStage stage;
    int slot = 0;
    std::uint64_t index = 0;  // from 0, in the stage
    // Of the stage, known once its sure attempts are over.
    std::optional<double> expected_attempts;
    enum class State : std::uint8_t { kInStage, kBehindLast, kStopped };
    State state = State::kInStage;
  };

  AttemptSchedule() = default;
  AttemptStages StagesFor(int table_resizes) const;
  AttemptStages NamedStages(int table_resizes) const;
  bool MayUsePool(HashFunctionId function, int table_resizes) const;
  bool ResizesByCount() const {
    return table_resizes_max_ > table_resizes_initial_ &&
           attempts_before_table_resize_ > 0;
  }
  // Doublings by the count of attempts, beyond the initial ones.
  int ResizesAt(std::uint64_t attempt) const;
  // Calls `pass` with each stage that is left behind on the way.
  Position Find(std::uint64_t attempt, Assess assess,
                absl::FunctionRef<void(const Position& passed)> pass) const;
  // `index` counts the attempts of a stage's pool from 0.
  void PlanPooled(std::uint64_t attempt, std::uint64_t index,
                  AttemptPlan& plan) const;
  FunctionTrial TrialOf(const Position& position, std::uint64_t attempts,
                        TrialVerdict verdict) const;

  std::size_t key_count_ = 0;
  KeyWidth hashed_width_ = KeyWidth::k32Bits;
  bool is_auto_ = false;
  bool is_plain_ = true;
  HashFunctionId function_ = HashFunctionId::kMulshrolate4RX;
  SeedRule seed_rule_;
  std::uint64_t attempt_count_max_ = 0;
  std::uint64_t attempts_before_table_resize_ = 0;  // 0: automatic
  std::chrono::nanoseconds planned_time_{0};        // 0: not said
  int table_resizes_initial_ = 0;
  int table_resizes_max_ = 0;
};

}  // namespace perfecthash
