#include "engine/pipeline/attempt_order.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <random>
#include <vector>

namespace perfecthash {
namespace {

using Slice = AttemptOrder::Slice;

constexpr CoveragePredicate kLowest = {CoverageMeasure::kScore,
                                       Extreme::kLowest};

// What each attempt comes to; a value only where it solves.
struct Fate {
  Outcome outcome = Outcome::kCyclic;
  double value = 0;
};
using Fates = std::map<std::uint64_t, Fate>;

AttemptOrder::Results Make(const AttemptOrder& order, const Slice& slice,
                           const Fates& fates) {
  AttemptOrder::Results results(slice);
  for (std::uint64_t i = 0; i < slice.count; ++i) {
    const std::uint64_t attempt = slice.first + i;
    if (!order.IsNeeded(attempt)) break;
    const auto fate = fates.find(attempt);
    const Fate& it = fate == fates.end() ? Fate{} : fate->second;
    results.Add(attempt, it.outcome, it.value);
  }
  return results;
}

// A search in which `lane_count` slices are claimed before one of them, chosen
// at random, is completed.
SearchOutcome Search(const Fates& fates, const BestGraphOptions* options,
                     std::size_t lane_count, unsigned seed,
                     std::uint64_t attempt_count_max = 1'000'000) {
  std::mt19937 random(seed);
  AttemptOrder order(attempt_count_max, options);
  std::vector<Slice> claimed;
  while (!order.is_over() || !claimed.empty()) {
    while (claimed.size() < lane_count && !order.is_over()) {
      const Slice slice = order.Claim(1 + random() % 5);
      if (slice.count > 0) claimed.push_back(slice);
    }
    if (claimed.empty()) break;
    const std::size_t chosen = random() % claimed.size();
    auto results = Make(order, claimed[chosen], fates);
    if (options == nullptr) {
      for (std::uint64_t i = 0; i < claimed[chosen].count; ++i) {
        const auto fate = fates.find(claimed[chosen].first + i);
        if (fate != fates.end() && fate->second.outcome == Outcome::kSolved) {
          order.NeedNoneAfter(fate->first);
          break;
        }
      }
    }
    order.Complete(std::move(results));
    claimed.erase(claimed.begin() + static_cast<std::ptrdiff_t>(chosen));
  }
  return order.Result();
}

void ExpectEqual(const SearchOutcome& a, const SearchOutcome& b) {
  EXPECT_EQ(a.attempt, b.attempt);
  EXPECT_EQ(a.end, b.end);
  EXPECT_EQ(a.counts.solved, b.counts.solved);
  EXPECT_EQ(a.counts.loops, b.counts.loops);
  EXPECT_EQ(a.counts.cyclic, b.counts.cyclic);
  EXPECT_EQ(a.counts.prepared, b.counts.prepared);
  EXPECT_EQ(a.best_value, b.best_value);
  EXPECT_EQ(a.improvement_count, b.improvement_count);
  EXPECT_EQ(a.equal_count, b.equal_count);
}

TEST(AttemptOrderTest, TheFirstSolutionIsTheLowestAttemptThatSolves) {
  const Fates fates = {{3, {Outcome::kLoop}},
                       {5, {Outcome::kPrepared}},
                       {17, {Outcome::kSolved}},
                       {18, {Outcome::kSolved}},
                       {19, {Outcome::kLoop}}};
  for (unsigned seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(seed);
    const SearchOutcome outcome = Search(fates, nullptr, 1 + seed % 64, seed);
    EXPECT_EQ(outcome.attempt, 17u);
    EXPECT_EQ(outcome.end, SearchEnd::kFirstSolution);
    EXPECT_EQ(outcome.counts.solved, 1u);
    EXPECT_EQ(outcome.counts.loops, 1u);
    EXPECT_EQ(outcome.counts.prepared, 1u);
    EXPECT_EQ(outcome.counts.total(), 17u);
  }
}

// Many solutions, of few different values, so that there are ties.
Fates ManySolutions(unsigned seed) {
  std::mt19937 random(seed);
  Fates fates;
  for (std::uint64_t attempt = 1; attempt <= 3'000; ++attempt) {
    const unsigned dice = random() % 10;
    fates[attempt] = {dice < 4   ? Outcome::kLoop
                      : dice < 7 ? Outcome::kCyclic
                                 : Outcome::kSolved,
                      static_cast<double>(random() % 50)};
  }
  return fates;
}

TEST(AttemptOrderTest, TheBestOfTheFirstSolutionsWinsInWhateverOrderTheyCome) {
  for (unsigned seed = 0; seed < 40; ++seed) {
    SCOPED_TRACE(seed);
    const Fates fates = ManySolutions(seed);
    const BestGraphOptions options = {.predicate = kLowest,
                                      .solutions_max = 200};
    // Plainly: the first two hundred, one after another.
    std::uint64_t best = 0, last = 0;
    int solutions = 0;
    for (const auto& [attempt, fate] : fates) {
      last = attempt;
      if (fate.outcome != Outcome::kSolved) continue;
      if (best == 0 || fate.value < fates.at(best).value) best = attempt;
      if (++solutions == 200) break;
    }
    const SearchOutcome alone = Search(fates, &options, 1, seed);
    EXPECT_EQ(alone.attempt, best);
    EXPECT_EQ(alone.best_value, fates.at(best).value);
    EXPECT_EQ(alone.end, SearchEnd::kSolutions);
    EXPECT_EQ(alone.counts.solved, 200u);
    EXPECT_EQ(alone.counts.total(), last);
    for (const std::size_t lanes : {2, 7, 64}) {
      ExpectEqual(Search(fates, &options, lanes, seed * 100 + lanes), alone);
    }
  }
}

TEST(AttemptOrderTest, TargetAndEqualCountEndItAtTheSameSolutionAlways) {
  for (unsigned seed = 0; seed < 40; ++seed) {
    SCOPED_TRACE(seed);
    const Fates fates = ManySolutions(seed);
    for (const BestGraphOptions& options :
         {BestGraphOptions{.predicate = kLowest, .target_value = 2},
          BestGraphOptions{.predicate = kLowest, .equal_count_max = 3}}) {
      const SearchOutcome alone = Search(fates, &options, 1, seed);
      EXPECT_NE(alone.end, SearchEnd::kSolutions);
      for (const std::size_t lanes : {3, 64}) {
        ExpectEqual(Search(fates, &options, lanes, seed), alone);
      }
    }
  }
}

TEST(AttemptOrderTest, WhenTheAttemptsAreSpentTheBestSoFarWins) {
  const BestGraphOptions options = {.predicate = kLowest};
  const Fates fates = {{2, {Outcome::kSolved, 8}},
                       {4, {Outcome::kSolved, 7}},
                       {21, {Outcome::kSolved, 1}}};
  for (const std::size_t lanes : {1, 5}) {
    const SearchOutcome outcome = Search(fates, &options, lanes, 1, 20);
    EXPECT_EQ(outcome.attempt, 4u);
    EXPECT_EQ(outcome.end, SearchEnd::kAttempts);
    EXPECT_EQ(outcome.counts.total(), 20u);
  }
  const SearchOutcome none = Search({}, &options, 3, 1, 20);
  EXPECT_EQ(none.attempt, 0u);
  EXPECT_EQ(none.end, SearchEnd::kAttempts);
  EXPECT_EQ(none.counts.cyclic, 20u);
}

TEST(AttemptOrderTest, NothingIsClaimedBeyondTheLastAttempt) {
  AttemptOrder order(12, nullptr);
  EXPECT_EQ(order.Claim(10).count, 10u);
  const Slice rest = order.Claim(10);
  EXPECT_EQ(rest.first, 11u);
  EXPECT_EQ(rest.count, 2u);
  EXPECT_TRUE(order.is_over());
  EXPECT_EQ(order.Claim(10).count, 0u);
}

TEST(AttemptOrderTest, ASearchThatHasRunDryEndsAtItsLastAttempt) {
  AttemptOrder order(1'000'000, nullptr);
  const Slice slice = order.Claim(10);
  order.NeedNoneAfter(4);
  EXPECT_TRUE(order.is_over());
  order.Complete(Make(order, slice, {}));
  EXPECT_EQ(order.Result().counts.total(), 4u);
  EXPECT_EQ(order.Result().end, SearchEnd::kAttempts);
}

TEST(AttemptOrderTest, TimeEndsASearchButNotOneThatIsDecided) {
  const BestGraphOptions options = {.predicate = kLowest};
  AttemptOrder open(100, &options);
  const Slice slice = open.Claim(10);
  open.EndByTime();
  EXPECT_TRUE(open.is_over());
  EXPECT_EQ(open.Claim(10).count, 0u);
  open.Complete(Make(open, slice, {{3, {Outcome::kSolved, 1}}}));
  EXPECT_EQ(open.Result().attempt, 3u);
  EXPECT_EQ(open.Result().end, SearchEnd::kTime);

  AttemptOrder decided(100, nullptr);
  const Slice first = decided.Claim(10);
  decided.NeedNoneAfter(3);
  decided.EndByTime();
  decided.Complete(Make(decided, first, {{3, {Outcome::kSolved}}}));
  EXPECT_EQ(decided.Result().attempt, 3u);
  EXPECT_EQ(decided.Result().end, SearchEnd::kFirstSolution);
}

TEST(AttemptOrderTest, ASolutionBehindASliceThatWasCutShortEndsByTime) {
  AttemptOrder order(100, nullptr);
  const Slice cut = order.Claim(10);
  const Slice whole = order.Claim(10);
  order.Complete(Make(order, whole, {{13, {Outcome::kSolved}}}));
  AttemptOrder::Results part(cut);
  part.Add(1, Outcome::kLoop, 0);
  part.CutShort();
  order.Complete(std::move(part));
  order.EndByTime();
  EXPECT_EQ(order.Result().attempt, 13u);
  EXPECT_EQ(order.Result().end, SearchEnd::kTime);
  EXPECT_EQ(order.Result().counts.total(), 4u);
}

TEST(AttemptOrderTest, ASlowLaneDoesNotMakeTheOthersPileUp) {
  AttemptOrder order(1'000'000, nullptr);
  const Slice slow = order.Claim(1);
  int done = 0;
  while (done < 100'000) {
    const Slice slice = order.Claim(1);
    if (slice.count == 0) break;
    order.Complete(Make(order, slice, {}));
    ++done;
  }
  EXPECT_EQ(done, 1024);
  EXPECT_FALSE(order.is_over());
  order.Complete(Make(order, slow, {}));
  EXPECT_EQ(order.Claim(1).first, 1026u);
}

}  // namespace
}  // namespace perfecthash
