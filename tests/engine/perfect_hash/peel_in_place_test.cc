#include "engine/perfect_hash/peel_in_place.h"

#include <gtest/gtest.h>

#include <cstring>
#include <optional>
#include <utility>

#include "engine/perfect_hash/seed_rule.h"
#include "tests/support/key_sets.h"

namespace perfecthash {
namespace {

GraphOfKeys MakeGraph(const KeySet& keys, HashFunctionId id, const Seeds& seeds,
                      const Kernel& kernel = BestKernel()) {
  const GraphSize size = GraphSize::For(keys.size(), 0);
  return {.keys = keys,
          .kernel = kernel,
          .function = id,
          .hash = MakeHashParameters(GetHashFunction(id), seeds,
                                     size.vertex_count, keys.zero_key_bias()),
          .size = size};
}

std::uint32_t Entry(const AlignedArray<std::uint8_t>& assigned, int bytes,
                    std::size_t vertex) {
  std::uint32_t entry = 0;
  std::memcpy(&entry, assigned.data() + vertex * bytes, bytes);
  return entry;
}

AlignedArray<std::uint8_t> Assign(const GraphOfKeys& graph,
                                  Workspace& workspace, ForestShape* shape) {
  AlignedArray<std::uint8_t> entries(std::size_t{graph.size.vertex_count} *
                                     graph.size.entry_bytes());
  const Outcome outcome = AssignVertices(
      graph, workspace, nullptr, {.entries = entries.data(), .shape = shape});
  return outcome == Outcome::kSolved ? std::move(entries)
                                     : AlignedArray<std::uint8_t>();
}

struct InPlace {
  AlignedArray<std::uint8_t> entries;
  std::optional<Outcome> outcome;
};
InPlace AssignedInPlace(const GraphOfKeys& graph, Workspace& workspace,
                        ForestShape* shape) {
  InPlace made = {
      AlignedArray<std::uint8_t>(std::size_t{graph.size.vertex_count} * 4), {}};
  made.outcome =
      AssignInPlace(graph, workspace, nullptr,
                    {.entries = made.entries.data(), .shape = shape});
  return made;
}

// AssignVertices peels small graphs otherwise.
TEST(PeelInPlaceTest, AssignsWhatThePeelOfSmallGraphsAssigns) {
  Workspace workspace;
  int solved_count = 0;
  int cyclic_count = 0;
  for (const Kernel* kernel : AllKernels()) {
    if (!kernel->supported()) continue;
    for (const std::size_t count : {1, 2, 7, 8, 100, 256, 257, 3000, 40'000}) {
      const KeySet keys = MakeKeySet(RandomKeys(count, count));
      for (std::uint64_t i = 1; i <= 30; ++i) {
        const Seeds seeds =
            DrawSeeds(*FindHashFunction("Jenkins"), {.seed = 3}, i);
        const GraphOfKeys graph =
            MakeGraph(keys, HashFunctionId::kJenkins, seeds, *kernel);
        ForestShape expected_shape;
        const auto expected = Assign(graph, workspace, &expected_shape);
        ForestShape shape;
        const auto assigned = AssignedInPlace(graph, workspace, nullptr);
        const auto measured = AssignedInPlace(graph, workspace, &shape);
        const auto verdict =
            expected.size() == 0 ? Outcome::kCyclic : Outcome::kSolved;
        ASSERT_EQ(assigned.outcome, verdict);
        ASSERT_EQ(measured.outcome, verdict);
        ++(expected.size() == 0 ? cyclic_count : solved_count);
        if (expected.size() == 0) continue;
        EXPECT_EQ(shape.depth_max, expected_shape.depth_max);
        EXPECT_EQ(shape.empty_vertex_count, expected_shape.empty_vertex_count);
        EXPECT_EQ(shape.visited_vertex_count,
                  expected_shape.visited_vertex_count);
        for (std::uint32_t v = 0; v < graph.size.vertex_count; ++v) {
          const std::uint32_t entry =
              Entry(expected, graph.size.entry_bytes(), v);
          ASSERT_EQ(Entry(assigned.entries, 4, v), entry);
          ASSERT_EQ(Entry(measured.entries, 4, v), entry);
        }
      }
    }
  }
  EXPECT_GT(solved_count, 50);
  EXPECT_GT(cyclic_count, 50);
}

TEST(PeelInPlaceTest, GivesUpWhenADegreeDoesNotFit) {
  // All keys meet in vertex 0, which leaves 15 bits for their number.
  const KeySet keys = MakeKeySet(LinearKeys(100'000, 1, 1));
  const Seeds seeds = {.values = {1, 1, 0x1f00}, .count = 3};
  const GraphOfKeys graph =
      MakeGraph(keys, HashFunctionId::kMultiplyShiftR, seeds);
  Workspace workspace;
  EXPECT_FALSE(AssignedInPlace(graph, workspace, nullptr).outcome);
  EXPECT_NE(Assign(graph, workspace, nullptr).size(), 0u);
}

}  // namespace
}  // namespace perfecthash
