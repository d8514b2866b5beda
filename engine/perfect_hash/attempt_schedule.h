#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "absl/status/statusor.h"
#include "engine/perfect_hash/hash_function.h"
#include "engine/perfect_hash/solver_options.h"

namespace perfecthash {

// What one attempt tries.
struct AttemptPlan {
  HashFunctionId function;
  int table_resizes = 0;
  Seeds seeds;
};

// Maps attempt numbers, from 1, to what is tried: a pure function of the
// options and the number of keys, so that the same attempt is the same on
// every machine and at every concurrency. Immutable after construction.
//
// The seeds of attempt i are the outputs of Philox subsequence i (SeedStream),
// whatever came before. "Auto" divides the attempts at each table size into
// stages, cheap functions first, the last without end.
class AttemptSchedule {
 public:
  // InvalidArgument naming the option that is wrong.
  static absl::StatusOr<AttemptSchedule> Create(const SolverOptions& options,
                                                std::size_t key_count);

  // The number of attempts there are; the largest number if no limit is set.
  std::uint64_t attempt_count_max() const { return attempt_count_max_; }
  int table_resizes_max() const { return table_resizes_max_; }

  // `attempt` is in 1..attempt_count_max().
  AttemptPlan Plan(std::uint64_t attempt) const;

 private:
  // Functions one after another, each for `attempt_count` attempts, the last
  // for all the rest. They start anew when the table is doubled.
  struct Stage {
    HashFunctionId function;
    std::uint64_t attempt_count;
  };
  static constexpr int kStageCountMax = 4;
  struct Stages {
    std::array<Stage, kStageCountMax> stage;
    int count = 0;
  };
  static Stages AutoStages(std::size_t key_count);

  AttemptSchedule() = default;
  HashFunctionId FunctionAt(std::uint64_t index) const;

  std::size_t key_count_ = 0;
  std::uint64_t seed_ = 0;
  bool is_auto_ = false;
  HashFunctionId function_ = HashFunctionId::kMulshrolate4RX;
  Seeds explicit_seeds_;  // count 0: none
  std::uint64_t attempt_count_max_ = 0;
  std::uint64_t attempts_before_table_resize_ = 0;
  int table_resizes_initial_ = 0;
  int table_resizes_max_ = 0;
};

}  // namespace perfecthash
