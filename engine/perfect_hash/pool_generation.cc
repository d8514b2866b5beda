#include "engine/perfect_hash/pool_generation.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "engine/perfect_hash/hashed_half.h"

namespace perfecthash {
namespace {

// The first generation keeps what it draws: for a function that solves one time
// in a hundred that is enough, and no half is made in vain. Of the others, kept
// halves are six times the square root of the candidates: drawing and scoring
// one half takes as long as testing some ten to twenty pairs, so that either
// part takes about the same time.
constexpr std::array<PoolGeneration, PoolGeneration::kLast + 1> kGenerations = {
    {{16, 16}, {96, 58}, {512, 136}, {1024, 192}}};
constexpr std::uint32_t kKeptCountMin = 12;

// Bytes that the kept halves of one generation may take.
constexpr std::size_t kKeptBytesMax = std::size_t{24} << 20;

// Beyond this the groups' numbers do not fit 16 bits for sure, and a half takes
// so much memory that too few can be kept.
constexpr std::uint32_t kVertexCountMaxOfPool = 1u << 20;

}  // namespace

PoolGeneration PoolGeneration::For(std::uint32_t number, std::size_t key_count,
                                   const GraphSize& size) {
  PoolGeneration generation = kGenerations[std::min(number, kLast)];
  const std::size_t kept_count_max =
      kKeptBytesMax / HalfLayout(key_count, size).bytes();
  generation.kept_count = static_cast<std::uint32_t>(
      std::min<std::size_t>(generation.kept_count, kept_count_max));
  return generation;
}

bool PoolGeneration::Suits(std::size_t key_count, const GraphSize& size) {
  return size.vertex_count <= kVertexCountMaxOfPool &&
         For(kLast, key_count, size).kept_count >= kKeptCountMin;
}

PoolPair PoolPair::For(std::uint32_t number) {
  // Half j comes with each i < j before it, so it begins at j * (j - 1) / 2.
  auto second = static_cast<std::uint32_t>(
      (1 + std::sqrt(1 + 8 * static_cast<double>(number))) / 2);
  while (second * (second - 1) / 2 > number) --second;
  while ((second + 1) * second / 2 <= number) ++second;
  return {.first = number - second * (second - 1) / 2, .second = second};
}

}  // namespace perfecthash
