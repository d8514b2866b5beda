// Random bulk jobs on simulated nodes with faults, in virtual time: whatever
// happens, each item is told once, each job ends once, nothing is left behind
// and every table that succeeds has the bytes it has without faults.
//
// A seed is one history. PERFECTHASH_SIMULATION_SEEDS=100000 runs more of
// them, PERFECTHASH_SIMULATION_SEED=1234 replays a single one.

#include <gtest/gtest.h>

#include <atomic>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "absl/strings/str_cat.h"
#include "tests/engine/simulation_history.h"

namespace perfecthash {
namespace {

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define PERFECTHASH_SANITIZED
#endif
#endif

// In proportion to the time that one takes.
#ifdef PERFECTHASH_SANITIZED
constexpr std::uint64_t kDefaultSeedCount = 1'000;
#else
constexpr std::uint64_t kDefaultSeedCount = 10'000;
#endif

// A failed CHECK ends the program: the seed is said on the way out.
std::atomic<std::uint64_t> seed_of_the_moment{0};

void SaySeed(int) {
  std::fprintf(stderr, "replay it with PERFECTHASH_SIMULATION_SEED=%llu\n",
               static_cast<unsigned long long>(seed_of_the_moment));
}

std::uint64_t NumberFromEnvironment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 0);
}

TEST(SimulationTest, RandomHistoriesKeepEveryPromise) {
  const std::uint64_t single =
      NumberFromEnvironment("PERFECTHASH_SIMULATION_SEED", 0);
  const std::uint64_t first = single != 0 ? single : 1;
  const std::uint64_t count =
      single != 0 ? 1
                  : NumberFromEnvironment("PERFECTHASH_SIMULATION_SEEDS",
                                          kDefaultSeedCount);
  std::signal(SIGABRT, SaySeed);
  SimulationTally tally;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    seed_of_the_moment = seed;
    SCOPED_TRACE(absl::StrCat("PERFECTHASH_SIMULATION_SEED=", seed));
    const std::string description = SimulationHistory(seed).Run(tally);
    if (testing::Test::HasFailure()) {
      FAIL() << "replay it with PERFECTHASH_SIMULATION_SEED=" << seed << "\n"
             << description;
    }
  }
  for (const auto& [reason, items] : tally.items) {
    std::printf("%8d items %s\n", items,
                reason.empty() ? "succeeded" : reason.c_str());
  }
  const auto say = [](std::uint64_t number, const char* what) {
    std::printf("%8llu %s\n", static_cast<unsigned long long>(number), what);
  };
  say(count, "histories");
  say(tally.faults, "operations failed by a fault");
  say(tally.hangs, "operations that only a cancellation ends");
  say(tally.stuck_workers, "stops of a worker");
  say(tally.out_of_memory, "refusals of memory for a pool");
  say(tally.memory_waits, "waits for memory");
  if (count < kDefaultSeedCount) return;
  EXPECT_EQ(tally.jobs.size(), 3u);
  EXPECT_GT(tally.memory_waits, 0u);
  EXPECT_GT(tally.hangs, 0u);
  EXPECT_GT(tally.stuck_workers, 0u);
  EXPECT_GT(tally.out_of_memory, 0u);
  for (const std::string& reason : SimulationReasons()) {
    EXPECT_GT(tally.items[reason], 0) << reason << " never came up";
  }
}

TEST(SimulationTest, ASeedReplaysExactly) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SimulationTally tally;
    EXPECT_EQ(SimulationHistory(seed).Run(tally),
              SimulationHistory(seed).Run(tally))
        << "seed " << seed;
  }
}

}  // namespace
}  // namespace perfecthash
