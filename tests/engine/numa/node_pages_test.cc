#include "engine/numa/node_pages.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "tests/support/environment.h"

namespace perfecthash {
namespace {

class NodePagesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto topology = Topology::Detect();
    ASSERT_TRUE(topology.ok()) << topology.status();
    topology_ = *std::move(topology);
  }

  absl::StatusOr<NodePages> Allocate(
      std::size_t size_bytes,
      NodePages::Guard guard = NodePages::Guard::kNone) {
    return NodePages::Allocate(*topology_, topology_->nodes()[0], size_bytes,
                               guard);
  }

  std::unique_ptr<Topology> topology_;
};

TEST_F(NodePagesTest, PagesAreZeroedAndWritableToTheLastByte) {
  for (const std::size_t size_bytes : {1u, 4096u, 5000u, 1u << 20}) {
    auto pages = Allocate(size_bytes);
    ASSERT_TRUE(pages.ok()) << pages.status();
    EXPECT_EQ(pages->size_bytes(), size_bytes);
    EXPECT_TRUE(std::all_of(pages->data(), pages->data() + size_bytes,
                            [](std::uint8_t byte) { return byte == 0; }));
    std::fill_n(pages->data(), size_bytes, std::uint8_t{0xa5});
  }
}

TEST_F(NodePagesTest, LargeBlocksBeginOnAHugePage) {
  auto pages = Allocate(std::size_t{6} << 20);
  ASSERT_TRUE(pages.ok()) << pages.status();
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(pages->data()) % (2u << 20), 0u);
}

TEST_F(NodePagesTest, MovingLeavesNothingBehind) {
  auto pages = Allocate(4096);
  ASSERT_TRUE(pages.ok());
  std::uint8_t* const data = pages->data();
  NodePages other = *std::move(pages);
  EXPECT_EQ(other.data(), data);
  EXPECT_EQ(pages->data(), nullptr);
  EXPECT_EQ(pages->size_bytes(), 0u);
  other = NodePages();
  EXPECT_EQ(other.data(), nullptr);
}

TEST_F(NodePagesTest, ImpossibleSizeIsResourceExhausted) {
  const auto pages = Allocate(std::size_t{1} << 60);
  EXPECT_EQ(pages.status().code(), absl::StatusCode::kResourceExhausted);
}

TEST_F(NodePagesTest, OrdinaryMachinesReportTheBindingAsDone) {
  if (topology_->nodes().size() > 1) GTEST_SKIP() << "may be refused here";
  const auto pages = Allocate(4096);
  ASSERT_TRUE(pages.ok());
  EXPECT_TRUE(pages->binding_status().ok()) << pages->binding_status();
}

TEST_F(NodePagesTest, MadeUpNodesGetUnboundPagesAndSayWhy) {
  const ScopedEnvironment synthetic("HWLOC_SYNTHETIC", "numa:2 pu:1");
  const auto topology = Topology::Detect();
  ASSERT_TRUE(topology.ok());
  const auto pages =
      NodePages::Allocate(**topology, (*topology)->nodes()[1], 4096);
  ASSERT_TRUE(pages.ok());
  EXPECT_FALSE(pages->binding_status().ok());
  pages->data()[4095] = 1;
}

using NodePagesDeathTest = NodePagesTest;

TEST_F(NodePagesDeathTest, GuardPageTrapsTheFirstByteBehindTheBlock) {
  const auto pages = Allocate(8192, NodePages::Guard::kTrailingPage);
  ASSERT_TRUE(pages.ok()) << pages.status();
  pages->data()[8191] = 1;
  volatile std::uint8_t* const behind = pages->data() + 8192;
  EXPECT_DEATH(*behind = 1, "");
}

}  // namespace
}  // namespace perfecthash
