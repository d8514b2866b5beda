#include "engine/perfect_hash/assessment.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "engine/perfect_hash/attempt.h"

namespace perfecthash {
namespace {

// Attempts whose seeds the samples have. No run comes so far.
constexpr std::uint64_t kFirstSample = std::uint64_t{1} << 63;

constexpr std::size_t kSampleCountMin = 4;
constexpr std::size_t kSampleCountMax = 64;
constexpr std::size_t kKeysSampled = std::size_t{1} << 19;

// A graph with so many is as bad as one with more.
constexpr std::uint32_t kCycleCountMax = 1000;

// Attempts that nobody waits for: at 10,000 keys they take half a year.
constexpr double kHopelessAttempts = 1e12;

}  // namespace

// If seeds were all alike, the number of cycles were Poisson's and exp(-mean)
// the chance of none. They are not: some multipliers are far better than
// others for the structure of a set, and these solve it. So each sample stands
// for seeds like its own, which have the chance exp(-its cycles), and the
// chances are averaged. On sets of functions' addresses this came within a
// factor of three of the truth where one solution takes 1,000 attempts or more,
// and up to forty below it where it takes fewer.
double ExpectedAttempts(absl::Span<const std::uint32_t> cycle_counts) {
  double chance = 0;
  for (const std::uint32_t count : cycle_counts)
    chance += std::exp(-1.0 * count);
  chance /= static_cast<double>(cycle_counts.size());
  const double attempts = 1 / chance;
  return attempts < kHopelessAttempts ? attempts
                                      : std::numeric_limits<double>::infinity();
}

std::optional<double> AssessFunction(const AssessedFunction& assessed,
                                     Workspace& workspace,
                                     const StopCheck* stop) {
  const KeySet& keys = assessed.keys;
  const GraphSize size = GraphSize::For(keys.size(), assessed.table_resizes);
  const HashFunction& function = GetHashFunction(assessed.function);
  std::array<std::uint32_t, kSampleCountMax> counts;
  const std::size_t sample_count =
      std::clamp(kKeysSampled / keys.size(), kSampleCountMin, kSampleCountMax);
  for (std::size_t i = 0; i < sample_count; ++i) {
    const Seeds seeds =
        DrawSeeds(function, assessed.seed_rule, kFirstSample + i);
    const GraphOfKeys graph = {
        .keys = keys,
        .kernel = assessed.kernel,
        .function = assessed.function,
        .hash = MakeHashParameters(function, seeds, size.vertex_count, keys),
        .size = size};
    const auto count = CountCycles(graph, kCycleCountMax, workspace, stop);
    if (!count) return std::nullopt;
    counts[i] = *count;
  }
  return ExpectedAttempts({counts.data(), sample_count});
}

}  // namespace perfecthash
