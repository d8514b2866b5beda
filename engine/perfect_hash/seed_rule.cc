#include "engine/perfect_hash/seed_rule.h"

#include <algorithm>

#include "engine/perfect_hash/philox.h"

namespace perfecthash {
bool SeedRule::is_fixed() const {
  const auto seeds = fixed.span();
  return !seeds.empty() &&
         std::find(seeds.begin(), seeds.end(), 0u) == seeds.end();
}

Seeds WithoutZeros(const HashFunction& function, Seeds seeds) {
  for (int i = 0; i < seeds.count; ++i) {
    const std::uint32_t unused = ~function.seed_masks[i];
    if (seeds.values[i] == 0) seeds.values[i] = unused & -unused;
  }
  return seeds;
}

Seeds DrawSeeds(const HashFunction& function, const SeedRule& rule,
                std::uint64_t attempt) {
  SeedStream stream(rule.seed, attempt);
  Seeds seeds;
  seeds.count = function.seed_count;
  for (int i = 0; i < function.seed_count; ++i) {
    const std::uint32_t drawn =
        (stream.Next() | (function.odd_seeds >> i & 1)) & rule.masks[i];
    const std::uint32_t fixed =
        rule.fixed.count == 0 ? 0 : rule.fixed.values[i];
    const std::uint32_t mask = function.seed_masks[i];
    seeds.values[i] = (fixed != 0 ? fixed : drawn) & mask;
  }
  return WithoutZeros(function, seeds);
}

}  // namespace perfecthash
