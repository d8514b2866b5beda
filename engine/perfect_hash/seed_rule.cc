#include "engine/perfect_hash/seed_rule.h"

#include <algorithm>

#include "engine/perfect_hash/philox.h"

namespace perfecthash {
namespace {

constexpr int kSeed3 = 2;

void ChooseBytes(const HashFunction& function, const SeedRule& rule,
                 SeedStream& stream, std::uint32_t& seed3) {
  for (int byte = 0; byte < 4; ++byte) {
    const ByteChoice& choice = rule.seed3_bytes[byte];
    if (choice.is_empty() || ShiftCountOfSeed3(function, byte) == 0) continue;
    seed3 &= ~(0xffu << 8 * byte);
    seed3 |= choice.Choose(stream.Next()) << 8 * byte;
  }
}

// The bits that a step may take of its seed.
std::uint32_t BitsAllowed(const HashStep& step, const SeedRule& rule) {
  if (step.seed == 0) return 0;
  const std::uint32_t mask = rule.masks[step.seed - 1];
  return step.byte == 0 ? mask : mask >> 8 * (step.byte - 1) & 0xff;
}

ByteChoice ChoiceOf(const HashStep& step, const SeedRule& rule) {
  const bool chooses = step.seed == kSeed3 + 1 && step.byte != 0;
  return chooses ? rule.seed3_bytes[step.byte - 1] : ByteChoice();
}

}  // namespace

bool SeedRule::chooses_bytes() const {
  return std::any_of(
      seed3_bytes.begin(), seed3_bytes.end(),
      [](const ByteChoice& choice) { return !choice.is_empty(); });
}

bool SeedRule::is_fixed() const {
  const auto seeds = fixed.span();
  return !seeds.empty() &&
         std::find(seeds.begin(), seeds.end(), 0u) == seeds.end();
}

bool TreatsHalvesAlike(const HashFunction& function, const SeedRule& rule) {
  for (int i = 0; i < kStepCountMax; ++i) {
    const HashStep& first = function.first[i];
    const HashStep& second = function.second[i];
    if (BitsAllowed(first, rule) != BitsAllowed(second, rule)) return false;
    if (ChoiceOf(first, rule) != ChoiceOf(second, rule)) return false;
  }
  return true;
}

Seeds WithoutZeros(const HashFunction& function, Seeds seeds) {
  for (int i = 0; i < seeds.count; ++i) {
    const std::uint32_t unused = ~function.seed_masks[i];
    if (seeds.values[i] == 0) seeds.values[i] = unused & -unused;
  }
  return seeds;
}

std::uint32_t ShiftCountOfSeed3(const HashFunction& function, int byte) {
  if (function.seed_count <= kSeed3) return 0;
  const std::uint32_t mask = function.seed_masks[kSeed3];
  // A seed that counts as a whole is a factor.
  return mask == 0xffffffff || (mask >> 8 * byte & 0xff) == 0
             ? 0
             : (mask >> 8 * byte & 0xff) + 1;
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
  if (rule.chooses_bytes() &&
      (rule.fixed.count == 0 || rule.fixed.values[kSeed3] == 0)) {
    ChooseBytes(function, rule, stream, seeds.values[kSeed3]);
  }
  return WithoutZeros(function, seeds);
}

}  // namespace perfecthash
