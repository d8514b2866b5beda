#include "engine/numa/memory_limit.h"

#include <gtest/gtest.h>

namespace perfecthash {
namespace {

TEST(MemoryLimitTest, WithoutLimitsItIsTheMemoryOfTheMachine) {
  const MemoryLimitPaths nowhere = {.membership = "", .groups = ""};
  const std::uint64_t machine = MemoryLimitBytes(nowhere);
  EXPECT_GT(machine, std::uint64_t{64} << 20);
  EXPECT_LT(machine, std::uint64_t{1} << 50);
}

}  // namespace
}  // namespace perfecthash
