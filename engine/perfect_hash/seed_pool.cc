#include "engine/perfect_hash/seed_pool.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "engine/perfect_hash/attempt.h"

namespace perfecthash {
namespace {

enum HalfState : std::uint8_t { kAbsent, kInTheMaking, kReady };

std::uint32_t BitsOf(const HashStep& step) {
  return step.byte == 0 ? 0xffffffff : 0xffu << 8 * (step.byte - 1);
}

// Copies what `from` takes of `source` to where `to` takes it from.
void CopyOperand(const HashStep& from, const Seeds& source, const HashStep& to,
                 Seeds& target) {
  if (from.seed == 0) return;
  const std::uint32_t value = (source.values[from.seed - 1] & BitsOf(from)) >>
                              (from.byte == 0 ? 0 : 8 * (from.byte - 1));
  target.values[to.seed - 1] |= value << (to.byte == 0 ? 0 : 8 * (to.byte - 1));
}

// The seeds with the first half of `a` and, as its second, the first of `b`.
Seeds Combine(const HashFunction& function, const Seeds& a, const Seeds& b) {
  Seeds seeds;
  seeds.count = function.seed_count;
  for (int i = 0; i < kStepCountMax; ++i) {
    CopyOperand(function.first[i], a, function.first[i], seeds);
    CopyOperand(function.first[i], b, function.second[i], seeds);
  }
  return WithoutZeros(function, seeds);
}

// With the last factor of the second half negated.
Seeds Negate(const HashFunction& function, Seeds seeds) {
  for (int i = kStepCountMax; i-- > 0;) {
    if (function.second[i].operation != HashOperation::kMultiply) continue;
    std::uint32_t& factor = seeds.values[function.second[i].seed - 1];
    factor = -factor;
    break;
  }
  return seeds;
}

GraphSize SizeOf(const KeySet& keys, const AttemptPlan& plan) {
  return GraphSize::For(keys.size(), plan.table_resizes);
}

}  // namespace

SeedPool::Generation::Generation(const AttemptPlan& plan,
                                 const HalfLayout& half_layout)
    : layout(half_layout) {
  Reset(plan);
}

void SeedPool::Generation::Reset(const AttemptPlan& plan) {
  if (plan.generation.candidate_count > size.candidate_count) {
    scores = std::make_unique<std::atomic<std::uint64_t>[]>(
        plan.generation.candidate_count);
  }
  if (plan.generation.kept_count > size.kept_count) {
    const std::size_t kept_count = plan.generation.kept_count;
    states = std::make_unique<std::atomic<std::uint8_t>[]>(kept_count);
    halves = {};
    halves = AlignedArray<std::uint8_t>(kept_count * layout.bytes());
    kept.reserve(plan.generation.candidate_count);
  }
  size = plan.generation;
  first_attempt = plan.generation_attempt;
  // Relaxed: whoever finds the generation does so under the pool's lock.
  for (std::uint32_t i = 0; i < size.candidate_count; ++i) {
    scores[i].store(0, std::memory_order_relaxed);
  }
  for (std::uint32_t i = 0; i < size.kept_count; ++i) {
    states[i].store(kAbsent, std::memory_order_relaxed);
  }
  is_ranked.store(false, std::memory_order_relaxed);
}

std::shared_ptr<SeedPool::Generation> SeedPool::Find(const AttemptPlan& plan) {
  const HalfLayout layout(keys_->size(), SizeOf(*keys_, plan));
  MutexLock lock(mutex_);
  for (const auto& generation : generations_) {
    if (generation->first_attempt == plan.generation_attempt) {
      return generation;
    }
  }
  if (generations_.size() == kGenerationCountMax) {
    const auto oldest =
        std::min_element(generations_.begin(), generations_.end(),
                         [](const auto& a, const auto& b) {
                           return a->first_attempt < b->first_attempt;
                         });
    // Nobody else can get hold of it now; who has it already keeps it.
    const bool is_free =
        oldest->use_count() == 1 &&
        (*oldest)->layout.bytes() == layout.bytes() &&
        (*oldest)->size.candidate_count >= plan.generation.candidate_count;
    if (is_free) {
      // Pairs with the release of the last user's reference.
      std::atomic_thread_fence(std::memory_order_acquire);
      (*oldest)->Reset(plan);
      return *oldest;
    }
    generations_.erase(oldest);
  }
  generations_.push_back(std::make_shared<Generation>(plan, layout));
  return generations_.back();
}

HalfOfKeys SeedPool::HalfOf(const AttemptPlan& plan,
                            std::uint64_t attempt) const {
  const HashFunction& function = GetHashFunction(plan.function);
  const GraphSize size = SizeOf(*keys_, plan);
  return {.keys = *keys_,
          .kernel = *kernel_,
          .function = plan.function,
          .hash = MakeHashParameters(function,
                                     DrawSeeds(function, seed_rule_, attempt),
                                     size.vertex_count, *keys_),
          .size = size};
}

void SeedPool::ScoreCandidate(const AttemptPlan& plan, std::uint32_t candidate,
                              Generation& generation,
                              Workspace& workspace) const {
  std::atomic<std::uint64_t>& score = generation.scores[candidate];
  // Relaxed: every thread that computes it comes to the same number.
  if (score.load(std::memory_order_relaxed) != 0) return;
  const HalfOfKeys half = HalfOf(plan, generation.first_attempt + candidate);
  const auto scratch = workspace.ForPool(half.size, generation.layout.bytes());
  std::uint32_t* const last = workspace.ForAttempt(half.size).parents;
  score.store(ScoreOf(half, scratch, last) + 1, std::memory_order_relaxed);
}

Outcome SeedPool::Score(const AttemptPlan& plan, Workspace& workspace) {
  const auto generation = Find(plan);
  ScoreCandidate(plan, plan.index, *generation, workspace);
  return Outcome::kPrepared;
}

bool SeedPool::Rank(const AttemptPlan& plan, Generation& generation,
                    Workspace& workspace, const StopCheck* stop) const {
  // Acquire: pairs with the release below, for `kept`.
  if (generation.is_ranked.load(std::memory_order_acquire)) return true;
  const std::uint32_t count = generation.size.candidate_count;
  const std::uint32_t scored_count = generation.size.scored_count();
  for (std::uint32_t i = 0; i < scored_count; ++i) {
    if (IsStopped(stop)) return false;
    // Threads that come here at the same time begin at different places.
    ScoreCandidate(plan, (plan.index + i) % scored_count, generation,
                   workspace);
  }
  MutexLock lock(generation.mutex);
  if (generation.is_ranked.load(std::memory_order_relaxed)) return true;
  generation.kept.resize(count);
  std::iota(generation.kept.begin(), generation.kept.end(), 0);
  const auto score_of = [&](std::uint32_t candidate) {
    return generation.scores[candidate].load(std::memory_order_relaxed);
  };
  std::sort(generation.kept.begin(), generation.kept.end(),
            [&](std::uint32_t a, std::uint32_t b) {
              return std::pair(score_of(a), a) < std::pair(score_of(b), b);
            });
  generation.kept.resize(generation.size.kept_count);
  generation.is_ranked.store(true, std::memory_order_release);
  return true;
}

HashedHalf SeedPool::Half(const AttemptPlan& plan, std::uint32_t rank,
                          Generation& generation,
                          const Workspace::PoolScratch& scratch,
                          std::uint8_t* own_memory) const {
  const HalfLayout& layout = generation.layout;
  HashedHalf shared(layout, generation.halves.data() + rank * layout.bytes());
  std::atomic<std::uint8_t>& state = generation.states[rank];
  // Acquire and release: the half itself.
  std::uint8_t seen = state.load(std::memory_order_acquire);
  if (seen == kReady) return shared;

  const HalfOfKeys half =
      HalfOf(plan, generation.first_attempt + generation.kept[rank]);
  if (seen == kAbsent && state.compare_exchange_strong(
                             seen, kInTheMaking, std::memory_order_acquire)) {
    MakeHashedHalf(half, scratch, shared);
    state.store(kReady, std::memory_order_release);
    return shared;
  }
  HashedHalf own(layout, own_memory);
  MakeHashedHalf(half, scratch, own);
  return own;
}

SeedPool::PairSeeds SeedPool::SeedsOf(const AttemptPlan& plan,
                                      const Generation& generation) const {
  const HashFunction& function = GetHashFunction(plan.function);
  const PoolPair pair = PoolPair::For(plan.index);
  const auto draw = [&](std::uint32_t rank) {
    return DrawSeeds(function, seed_rule_,
                     generation.first_attempt + generation.kept[rank]);
  };
  PairSeeds seeds;
  seeds.plain = Combine(function, draw(pair.first), draw(pair.second));
  if (function.ends_in_product()) {
    seeds.negated = Negate(function, seeds.plain);
  }
  return seeds;
}

Outcome SeedPool::Test(const AttemptPlan& plan, const Seeds& seeds,
                       Workspace& workspace, const StopCheck* stop) const {
  const GraphSize size = SizeOf(*keys_, plan);
  return TestForCycles(
      {.keys = *keys_,
       .kernel = *kernel_,
       .function = plan.function,
       .hash = MakeHashParameters(GetHashFunction(plan.function), seeds,
                                  size.vertex_count, *keys_),
       .size = size},
      workspace, stop);
}

Outcome SeedPool::TryPair(const AttemptPlan& plan, Workspace& workspace,
                          const StopCheck* stop, Seeds* solved) {
  if (IsStopped(stop)) return Outcome::kStopped;
  const auto generation = Find(plan);
  if (!Rank(plan, *generation, workspace, stop)) return Outcome::kStopped;

  const GraphSize size = SizeOf(*keys_, plan);
  const auto scratch = workspace.ForPool(size, generation->layout.bytes());
  const PoolPair pair = PoolPair::For(plan.index);
  const HashedHalf a =
      Half(plan, pair.first, *generation, scratch, scratch.halves[0]);
  const HashedHalf b =
      Half(plan, pair.second, *generation, scratch, scratch.halves[1]);
  // First what refuses most: it sees no more than a part of the keys, and
  // loops, which are few, would have to be looked for among all of them.
  if (SharingCloses(*kernel_, a, b, scratch,
                    workspace.ForAttempt(size).parents)) {
    return Outcome::kCyclic;
  }
  const bool may_negate = GetHashFunction(plan.function).ends_in_product();
  const unsigned loops =
      FindLoops(*kernel_, a, b, may_negate ? size.vertex_count - 1 : 0);
  const bool plain_fails = (loops & 1) != 0;
  const bool negated_fails = !may_negate || (loops & 2) != 0;
  if (plain_fails && negated_fails) return Outcome::kLoop;

  const PairSeeds seeds = SeedsOf(plan, *generation);
  const auto test = [&](const Seeds& tested) {
    if (solved != nullptr) *solved = tested;
    return Test(plan, tested, workspace, stop);
  };
  Outcome outcome = Outcome::kCyclic;
  if (!plain_fails) outcome = test(seeds.plain);
  if (outcome == Outcome::kSolved || outcome == Outcome::kStopped ||
      negated_fails) {
    return outcome;
  }
  return test(seeds.negated);
}

std::size_t SeedPool::BytesMax(std::size_t key_count, int table_resizes) {
  const GraphSize size = GraphSize::For(key_count, table_resizes);
  const auto generation =
      PoolGeneration::For(PoolGeneration::kLast, key_count, size);
  return kGenerationCountMax * generation.kept_count *
         HalfLayout(key_count, size).bytes();
}

}  // namespace perfecthash
