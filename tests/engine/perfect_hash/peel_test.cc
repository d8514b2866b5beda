#include "engine/perfect_hash/peel.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <deque>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "tests/support/counting_stop.h"
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

// Nothing (size 0) if the graph has a cycle.
AlignedArray<std::uint8_t> Assign(const GraphOfKeys& graph,
                                  Workspace& workspace,
                                  ForestShape* shape = nullptr) {
  AlignedArray<std::uint8_t> entries(std::size_t{graph.size.vertex_count} *
                                     graph.size.entry_bytes());
  const Outcome outcome = AssignVertices(
      graph, workspace, nullptr, {.entries = entries.data(), .shape = shape});
  return outcome == Outcome::kSolved ? std::move(entries)
                                     : AlignedArray<std::uint8_t>();
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
      const auto assigned = Assign(graph, workspace);
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
  const auto assigned = Assign(graph, workspace);
  ASSERT_EQ(assigned.size(), 16u);
  for (std::size_t i = 0; i < assigned.size(); ++i) {
    EXPECT_EQ(assigned.data()[i], 0) << "key 0's edge is 0 + 0";
  }
}

// The same, with nothing but lists of neighbours: leaves are taken away in the
// order in which they become leaves.
ForestShape ReferenceShape(const std::vector<ReferenceEdge>& edges,
                           std::uint32_t vertex_count) {
  std::vector<std::multiset<std::uint32_t>> neighbours(vertex_count);
  for (const ReferenceEdge& edge : edges) {
    neighbours[edge.first].insert(edge.second);
    neighbours[edge.second].insert(edge.first);
  }
  ForestShape shape;
  std::deque<std::uint32_t> leaves;
  for (std::uint32_t i = 0; i < vertex_count; ++i) {
    shape.empty_vertex_count += neighbours[i].empty();
    shape.visited_vertex_count += !neighbours[i].empty();
    if (neighbours[i].size() == 1) leaves.push_back(i);
  }
  std::map<std::uint32_t, std::uint32_t> towards_root;
  for (; !leaves.empty(); leaves.pop_front()) {
    const std::uint32_t leaf = leaves.front();
    if (neighbours[leaf].empty()) continue;  // the root of its tree
    const std::uint32_t next = *neighbours[leaf].begin();
    towards_root[leaf] = next;
    neighbours[next].erase(neighbours[next].find(leaf));
    if (neighbours[next].size() == 1) leaves.push_back(next);
  }
  for (const auto& [vertex, next] : towards_root) {
    std::uint32_t depth = 0;
    for (auto at = towards_root.find(vertex); at != towards_root.end();
         at = towards_root.find(at->second)) {
      ++depth;
    }
    shape.depth_max = std::max(shape.depth_max, depth);
  }
  return shape;
}

TEST(PeelTest, TheShapeIsThatOfThePlainForest) {
  Workspace workspace;
  int solved_count = 0;
  std::uint32_t depth_max = 0;
  for (const std::size_t count : {1, 2, 7, 9, 100, 257, 3000}) {
    const KeySet keys = MakeKeySet(RandomKeys(count, count));
    for (std::uint32_t i = 1; i <= 20; ++i) {
      const Seeds seeds = {.values = {0x9e3779b9u * i, 0x85ebca6bu * i},
                           .count = 2};
      const GraphOfKeys graph =
          MakeGraph(keys, HashFunctionId::kJenkins, seeds);
      ForestShape shape;
      if (Assign(graph, workspace, &shape).size() == 0) continue;
      ++solved_count;
      depth_max = std::max(depth_max, shape.depth_max);
      const ForestShape expected = ReferenceShape(
          MakeReferenceEdges("Jenkins", seeds.span(), graph.size.vertex_count,
                             0, keys.keys()),
          graph.size.vertex_count);
      EXPECT_EQ(shape.empty_vertex_count, expected.empty_vertex_count);
      EXPECT_EQ(shape.visited_vertex_count, expected.visited_vertex_count);
      EXPECT_EQ(shape.depth_max, expected.depth_max);
    }
  }
  EXPECT_GT(solved_count, 20);
  EXPECT_GT(depth_max, 5u);
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
  const auto assigned = Assign(graph, workspace);
  ASSERT_NE(assigned.size(), 0u);
  ExpectRanks(graph, assigned);
}

TEST(PeelTest, AnyLookMayStopIt) {
  // Peeled in words, and in place; random seeds solve either.
  for (const std::size_t count : {2'000, 70'000}) {
    const KeySet keys = MakeKeySet(RandomKeys(count, 5));
    const GraphOfKeys graph = MakeGraph(keys, HashFunctionId::kJenkins,
                                        {.values = {7, 7}, .count = 2});
    Workspace workspace;
    AlignedArray<std::uint8_t> entries(std::size_t{graph.size.vertex_count} *
                                       graph.size.entry_bytes());
    ForestShape shape;
    const Assignment assignment = {.entries = entries.data(), .shape = &shape};
    const CountingStop never;
    ASSERT_NE(AssignVertices(graph, workspace, &never, assignment),
              Outcome::kStopped);
    for (std::uint64_t look = 1; look <= never.looks(); ++look) {
      const CountingStop stop(look);
      ASSERT_EQ(AssignVertices(graph, workspace, &stop, assignment),
                Outcome::kStopped);
      ASSERT_EQ(stop.looks(), look) << "it went on";
    }
  }
}

}  // namespace
}  // namespace perfecthash
