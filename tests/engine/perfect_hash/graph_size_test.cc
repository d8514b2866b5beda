#include "engine/perfect_hash/graph_size.h"

#include <gtest/gtest.h>

namespace perfecthash {
namespace {

TEST(GraphSizeTest, EdgesAreThePowerOfTwoThatHoldsTheKeysAndAtLeastEight) {
  EXPECT_EQ(GraphSize::For(1, 0).edge_count, 8u);
  EXPECT_EQ(GraphSize::For(8, 0).edge_count, 8u);
  EXPECT_EQ(GraphSize::For(9, 0).edge_count, 16u);
  EXPECT_EQ(GraphSize::For(65536, 0).edge_count, 65536u);
  EXPECT_EQ(GraphSize::For(65537, 0).edge_count, 131072u);
}

TEST(GraphSizeTest, VerticesAreTwiceTheEdgesDoubledByEachResize) {
  EXPECT_EQ(GraphSize::For(8, 0).vertex_count, 16u);
  EXPECT_EQ(GraphSize::For(8, 3).vertex_count, 128u);
  EXPECT_EQ(GraphSize::For(8, 3).edge_count, 8u);
  EXPECT_EQ(GraphSize::For(kKeyCountMax, 0).vertex_count, kVertexCountMax);
}

TEST(GraphSizeTest, EntriesAreAsNarrowAsTheIndexAllows) {
  EXPECT_EQ(GraphSize::For(256, 0).entry_bytes(), 1);
  EXPECT_EQ(GraphSize::For(257, 0).entry_bytes(), 2);
  EXPECT_EQ(GraphSize::For(65536, 0).entry_bytes(), 2);
  EXPECT_EQ(GraphSize::For(65537, 0).entry_bytes(), 4);
}

TEST(GraphSizeTest, FitsOnlyWithinTheVertexLimit) {
  EXPECT_TRUE(GraphSize::Fits(kKeyCountMax, 0));
  EXPECT_FALSE(GraphSize::Fits(kKeyCountMax, 1));
  EXPECT_FALSE(GraphSize::Fits(std::size_t{kKeyCountMax} + 1, 0));
  EXPECT_TRUE(GraphSize::Fits(1, kTableResizesMax));
  EXPECT_FALSE(GraphSize::Fits(1, kTableResizesMax + 1));
  EXPECT_FALSE(GraphSize::Fits(1, -1));
}

}  // namespace
}  // namespace perfecthash
