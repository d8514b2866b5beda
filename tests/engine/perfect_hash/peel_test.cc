#include "engine/perfect_hash/peel.h"

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

#include "tests/support/key_sets.h"
#include "tests/support/reference_graph.h"

namespace perfecthash {
namespace {

std::uint32_t EntryOf(const AlignedArray<std::uint8_t>& assigned,
                      const GraphSize& size, std::uint32_t vertex) {
  std::uint32_t entry = 0;
  std::memcpy(&entry, assigned.data() + vertex * size.entry_bytes(),
              size.entry_bytes());
  return entry;
}

GraphOfKeys MakeGraph(const KeySet& keys, HashFunctionId id,
                      const Seeds& seeds) {
  const GraphSize size = GraphSize::For(keys.size(), 0);
  return {.keys = keys,
          .kernel = BestKernel(),
          .function = id,
          .hash = MakeHashParameters(GetHashFunction(id), seeds,
                                     size.vertex_count, keys.zero_key_bias()),
          .size = size};
}

void ExpectRanks(const GraphOfKeys& graph,
                 const AlignedArray<std::uint8_t>& assigned) {
  ASSERT_EQ(assigned.size(),
            std::size_t{graph.size.vertex_count} * graph.size.entry_bytes());
  const auto keys = graph.keys.keys();
  for (std::uint32_t rank = 0; rank < keys.size(); ++rank) {
    const VertexPair pair = HashKey(graph.function, graph.hash, keys[rank]);
    const std::uint32_t sum = EntryOf(assigned, graph.size, pair.first) +
                              EntryOf(assigned, graph.size, pair.second);
    ASSERT_EQ(sum & (graph.size.edge_count - 1), rank);
  }
}

TEST(PeelTest, AssignsExactlyWhenThePlainGraphHasNoCycle) {
  Workspace workspace;
  int solved_count = 0;
  for (const std::size_t count : {1, 2, 7, 8, 9, 100, 256, 257, 3000}) {
    const KeySet keys = MakeKeySet(RandomKeys(count, count));
    for (std::uint32_t i = 1; i <= 40; ++i) {
      const Seeds seeds = {.values = {0x9e3779b9u * i, 0x85ebca6bu * i},
                           .count = 2};
      const GraphOfKeys graph =
          MakeGraph(keys, HashFunctionId::kJenkins, seeds);
      const auto assigned = AssignVertices(graph, workspace);
      const ReferenceGraph reference(
          MakeReferenceEdges("Jenkins", seeds.span(), graph.size.vertex_count,
                             0, keys.keys()),
          graph.size.vertex_count);
      ASSERT_EQ(assigned.size() != 0, !reference.has_cycle());
      if (reference.has_cycle()) continue;
      ++solved_count;
      ExpectRanks(graph, assigned);
    }
  }
  EXPECT_GT(solved_count, 50);
}

TEST(PeelTest, VerticesWithoutAKeyGetZero) {
  const KeySet keys = MakeKeySet(LinearKeys(1, 5, 1));
  const GraphOfKeys graph =
      MakeGraph(keys, HashFunctionId::kJenkins, {.values = {1, 2}, .count = 2});
  Workspace workspace;
  const auto assigned = AssignVertices(graph, workspace);
  ASSERT_EQ(assigned.size(), 16u);
  for (std::size_t i = 0; i < assigned.size(); ++i) {
    EXPECT_EQ(assigned.data()[i], 0) << "key 0's edge is 0 + 0";
  }
}

TEST(PeelTest, SurvivesAVertexOfMillionsOfEdges) {
  // All keys meet in vertex 0: the second half hashes to the top bit, 0, and
  // the first to the key itself. That degree exceeds what is left of 64 bits.
  constexpr std::size_t kKeyCount = std::size_t{1} << 22;
  const KeySet keys = MakeKeySet(LinearKeys(kKeyCount, 1, 1));
  const Seeds seeds = {.values = {1, 1, 0x1f00}, .count = 3};
  const GraphOfKeys graph =
      MakeGraph(keys, HashFunctionId::kMultiplyShiftR, seeds);
  Workspace workspace;
  ASSERT_EQ(TestForCycles(graph, workspace, nullptr), Outcome::kSolved);
  const auto assigned = AssignVertices(graph, workspace);
  ASSERT_NE(assigned.size(), 0u);
  ExpectRanks(graph, assigned);
}

}  // namespace
}  // namespace perfecthash
