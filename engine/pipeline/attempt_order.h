#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "engine/base/mutex.h"
#include "engine/perfect_hash/best_solution.h"
#include "engine/perfect_hash/outcome.h"

namespace perfecthash {

// Attempts by how they ended.
struct AttemptCounts {
  std::uint64_t solved = 0;
  std::uint64_t loops = 0;     // a key had twice the same vertex
  std::uint64_t cyclic = 0;    // the keys' edges closed a longer cycle
  std::uint64_t prepared = 0;  // of the seed pool: tried no graph

  std::uint64_t total() const { return solved + loops + cyclic + prepared; }
  void Add(Outcome outcome);
  AttemptCounts& operator+=(const AttemptCounts& other);
};

// What a search came to: the same at every number of lanes, but where its time
// ran out.
struct SearchOutcome {
  // The attempt that won; 0 if none did.
  std::uint64_t attempt = 0;
  SearchEnd end = SearchEnd::kFirstSolution;
  // Of attempt 1 to the last one that the choice depends on.
  AttemptCounts counts;
  // Of a best graph, else 0.
  double best_value = 0;
  std::uint64_t improvement_count = 0;
  std::uint64_t equal_count = 0;
};

// The attempts of one search, divided among lanes: hands them out in slices, in
// order, and takes what came of them in any order, but looks at it in that of
// their numbers. So what wins depends on the solutions alone: the lowest one,
// or for a best graph the best of those up to the first number at which the
// options say that it is enough. Thread-safe.
class AttemptOrder {
 public:
  // Attempts 1 to `attempt_count_max`. `best_graph` may be null, else it
  // outlives this.
  AttemptOrder(std::uint64_t attempt_count_max,
               const BestGraphOptions* best_graph);

  struct Slice {
    std::uint64_t first = 0;
    std::uint64_t count = 0;
  };
  // Up to `count` attempts for one lane; none if all are handed out, or so
  // many slices beyond a slow one are done that they would take up memory. A
  // slice that is claimed must be completed, unless the search is cancelled.
  Slice Claim(std::uint64_t count);

  // Whether the outcome may still depend on the attempt. Never true again once
  // it was false.
  bool IsNeeded(std::uint64_t attempt) const {
    // Relaxed: a lane that sees the bound late makes some attempts in vain.
    return attempt <= last_needed_.load(std::memory_order_relaxed);
  }
  // Higher attempts do not count any more: this one solved and the first
  // solution wins, or there are no higher ones.
  void NeedNoneAfter(std::uint64_t attempt);

  // A slice in the making: its attempts, in order.
  class Results {
   public:
    explicit Results(const Slice& slice) : slice_(slice) {}
    // `value` is that of a solution, for a best graph.
    void Add(std::uint64_t attempt, Outcome outcome, double value);
    // The time was up before all of its attempts were made.
    void CutShort() { is_cut_short_ = true; }

   private:
    friend class AttemptOrder;
    // What has been counted since the solution before, and the solution.
    struct Solution {
      std::uint64_t attempt;
      double value;
      AttemptCounts counts;
    };
    Slice slice_;
    std::vector<Solution> solutions_;
    AttemptCounts rest_;
    bool is_cut_short_ = false;
  };
  // Attempts that are missing at its end were not needed, unless it was cut
  // short.
  void Complete(Results results);

  // Nothing more is to be claimed, unless that is so already.
  void EndByTime();

  // Whether nothing is left to claim.
  bool is_over() const;

  // Once every slice that was claimed is completed, and is_over().
  SearchOutcome Result() const;

 private:
  static constexpr std::size_t kWaitingSlicesMax = 1024;

  // Takes the next slice in order. Not after the end is known.
  void Look(const Results& results) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::optional<SearchEnd> Take(const Results::Solution& solution)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::uint64_t attempt_count_max_;
  // Relaxed, all of them: they guard no data.
  std::atomic<std::uint64_t> next_{1};  // to be claimed
  std::atomic<std::uint64_t> last_needed_;
  std::atomic<bool> is_out_of_time_{false};
  std::atomic<bool> is_crowded_{false};  // too many slices wait

  mutable Mutex mutex_;
  std::uint64_t looked_at_ ABSL_GUARDED_BY(mutex_) = 1;  // next to look at
  // Completed, but some slice before them is not; by their first attempts.
  std::map<std::uint64_t, Results> waiting_ ABSL_GUARDED_BY(mutex_);
  std::optional<SearchEnd> end_ ABSL_GUARDED_BY(mutex_);
  // Attempts below the one that ended it are missing.
  bool is_cut_short_ ABSL_GUARDED_BY(mutex_) = false;
  AttemptCounts counts_ ABSL_GUARDED_BY(mutex_);
  std::uint64_t first_solved_ ABSL_GUARDED_BY(mutex_) = 0;
  std::optional<BestSolution> best_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace perfecthash
