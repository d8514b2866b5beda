#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/perfect_hash/graph_size.h"

namespace perfecthash {

// How many halves a generation of the seed pool draws, and how many of them it
// keeps and pairs. A value.
struct PoolGeneration {
  std::uint32_t candidate_count = 0;
  std::uint32_t kept_count = 0;

  // Candidates that have to be scored before the first pair: none if all are
  // kept, in the order drawn, each made when a pair wants it.
  std::uint32_t scored_count() const {
    return kept_count < candidate_count ? candidate_count : 0;
  }
  // Each two of the kept halves, once.
  std::uint32_t pair_count() const { return kept_count * (kept_count - 1) / 2; }
  // Attempt numbers that a generation takes: those that score, then its pairs.
  std::uint32_t attempt_count() const { return scored_count() + pair_count(); }

  // The generation of this number, from 0, for a set of `key_count` keys. They
  // grow, so that sets which are solved soon pay little, up to a bound.
  static PoolGeneration For(std::uint32_t number, std::size_t key_count,
                            const GraphSize& size);
  // The generation from which on all are of the same size.
  static constexpr std::uint32_t kLast = 3;

  // Whether a pool is worth its memory for such a set.
  static bool Suits(std::size_t key_count, const GraphSize& size);
};

// The two halves of a pair, by their ranks among the kept ones. Pairs of the
// best halves come first: `number` counts from 0.
struct PoolPair {
  std::uint32_t first;
  std::uint32_t second;

  static PoolPair For(std::uint32_t number);
};

}  // namespace perfecthash
