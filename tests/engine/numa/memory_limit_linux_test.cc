#include <gtest/gtest.h>

#include <string>

#include "engine/numa/memory_limit.h"
#include "tests/support/temporary_directory.h"

namespace perfecthash {
namespace {

class ControlGroupTest : public ::testing::Test {
 protected:
  void Write(const std::string& name, const std::string& text) {
    root_.Write(name, text);
  }

  const TemporaryDirectory root_;
  const MemoryLimitPaths paths_ = {.membership = root_ / "membership",
                                   .groups = root_ / "groups"};
};

TEST_F(ControlGroupTest, WithoutGroupsItIsTheMemoryOfTheMachine) {
  EXPECT_LE(MemoryLimitBytes(), MemoryLimitBytes(paths_));
}

TEST_F(ControlGroupTest, NoLimitInTheGroupIsNoLimit) {
  const std::uint64_t machine = MemoryLimitBytes(paths_);
  Write("membership", "0::/service\n");
  Write("groups/service/memory.max", "max\n");
  EXPECT_EQ(MemoryLimitBytes(paths_), machine);
}

TEST_F(ControlGroupTest, SmallestLimitOnTheWayUpCounts) {
  Write("membership", "0::/pod/container/leaf\n");
  Write("groups/pod/memory.max", "5000000\n");
  Write("groups/pod/container/memory.max", "9000000\n");
  Write("groups/pod/container/leaf/memory.max", "max\n");
  EXPECT_EQ(MemoryLimitBytes(paths_), 5'000'000u);
}

TEST_F(ControlGroupTest, ContainerSeesItsOwnGroupAsTheRoot) {
  Write("membership", "0::/\n");
  Write("groups/memory.max", "7000000\n");
  EXPECT_EQ(MemoryLimitBytes(paths_), 7'000'000u);
}

TEST_F(ControlGroupTest, FirstVersionOfGroupsIsUnderstood) {
  Write("membership", "5:cpu,cpuacct:/x\n4:memory:/docker/abc\n0::/\n");
  Write("groups/memory/docker/abc/memory.limit_in_bytes", "6000000\n");
  EXPECT_EQ(MemoryLimitBytes(paths_), 6'000'000u);
}

}  // namespace
}  // namespace perfecthash
