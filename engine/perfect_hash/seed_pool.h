#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "engine/base/mutex.h"
#include "engine/perfect_hash/aligned_array.h"
#include "engine/perfect_hash/attempt_schedule.h"
#include "engine/perfect_hash/hashed_half.h"
#include "engine/perfect_hash/kernels/kernel.h"
#include "engine/perfect_hash/key_set.h"
#include "engine/perfect_hash/outcome.h"
#include "engine/perfect_hash/stop_check.h"
#include "engine/perfect_hash/workspace.h"

namespace perfecthash {

// Halves of seeds, kept and paired. Each vertex of a key depends on one half of
// the seeds only, so B hashed halves give B * (B - 1) / 2 graphs, and most of
// these are refused by a look at the keys that share a vertex in both halves.
// Better still, halves may be chosen: those whose shared vertices promise few
// cycles.
//
// A generation draws candidates (the first half of the seeds of an attempt
// each), scores them, keeps the best and pairs them. What a number of an
// attempt stands for follows from the schedule, the keys and the seed alone.
// Any thread may make any attempt: what it needs and nobody has made yet it
// makes itself, and what another is making at that moment it makes a second
// time rather than wait.
//
// Thread-safe, with a workspace for each thread. The key set outlives it.
class SeedPool {
 public:
  SeedPool(const KeySet& keys, const Kernel& kernel, const SeedRule& seed_rule)
      : keys_(&keys), kernel_(&kernel), seed_rule_(seed_rule) {}

  // Both of a plan of kind kCandidate: kPrepared or kStopped.
  Outcome Score(const AttemptPlan& plan, Workspace& workspace);
  // Of a plan of kind kPair: tests the pair and, where the function allows it,
  // the pair with the second half's last factor negated. `solved`, which may be
  // null, gets the seeds that solved.
  Outcome TryPair(const AttemptPlan& plan, Workspace& workspace,
                  const StopCheck* stop, Seeds* solved);

  // Bytes that a pool takes at most, besides the workspaces.
  static std::size_t BytesMax(std::size_t key_count, int table_resizes);

 private:
  // How many generations are kept for threads that are behind or ahead.
  static constexpr std::size_t kGenerationCountMax = 2;

  struct Generation {
    Generation(const AttemptPlan& plan, const HalfLayout& layout);
    // Begins anew as the generation of `plan`, which has the same layout.
    void Reset(const AttemptPlan& plan);

    HalfLayout layout;
    std::uint64_t first_attempt = 0;
    PoolGeneration size;
    // By candidate: 0 until known, then the score and one.
    std::unique_ptr<std::atomic<std::uint64_t>[]> scores;
    // Set once the kept candidates are known; then `kept` does not change.
    std::atomic<bool> is_ranked{false};
    Mutex mutex;                      // held while ranking
    std::vector<std::uint32_t> kept;  // candidates, best first
    // By rank: the hashed halves, and how far each is.
    AlignedArray<std::uint8_t> halves;
    std::unique_ptr<std::atomic<std::uint8_t>[]> states;
  };

  struct PairSeeds {
    Seeds plain;
    Seeds negated;  // count 0 if the function does not allow it
  };

  std::shared_ptr<Generation> Find(const AttemptPlan& plan);
  HalfOfKeys HalfOf(const AttemptPlan& plan, std::uint64_t attempt) const;
  void ScoreCandidate(const AttemptPlan& plan, std::uint32_t candidate,
                      Generation& generation, Workspace& workspace) const;
  // False if stopped.
  bool Rank(const AttemptPlan& plan, Generation& generation,
            Workspace& workspace, const StopCheck* stop) const;
  // The hashed half of a rank; in the workspace if another thread is at it.
  HashedHalf Half(const AttemptPlan& plan, std::uint32_t rank,
                  Generation& generation, const Workspace::PoolScratch& scratch,
                  std::uint8_t* own_memory) const;
  PairSeeds SeedsOf(const AttemptPlan& plan,
                    const Generation& generation) const;
  Outcome Test(const AttemptPlan& plan, const Seeds& seeds,
               Workspace& workspace, const StopCheck* stop) const;

  const KeySet* keys_;
  const Kernel* kernel_;
  SeedRule seed_rule_;
  Mutex mutex_;
  std::vector<std::shared_ptr<Generation>> generations_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace perfecthash
