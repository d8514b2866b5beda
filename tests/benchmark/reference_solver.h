#pragma once

#include <cstdint>
#include <vector>

#include "engine/base/check.h"
#include "engine/perfect_hash/solver.h"
#include "tests/support/reference_graph.h"

namespace perfecthash {

// One key set, solved plainly with the solver's seeds: what it is compared
// with, verdict for verdict.
class ReferenceSolver {
 public:
  explicit ReferenceSolver(const KeySet& keys) : keys_(keys) {}

  Outcome Try(HashFunctionId id, const Seeds& seeds, int table_resizes) {
    const GraphSize size = GraphSize::For(keys_.size(), table_resizes);
    const HashFunction& function = GetHashFunction(id);
    const bool is_biased = function.maps_zero_to_zero();
    std::vector<ReferenceEdge> edges = graph_.TakeEdges();
    const bool has_no_loop =
        HashAll({.function = function.name,
                 .seeds = seeds.span(),
                 .vertex_count = size.vertex_count,
                 .bias = is_biased ? keys_.zero_key_bias() : 0,
                 .ends_at_loop = true},
                keys_.keys(), edges);
    graph_.Build(has_no_loop ? std::move(edges) : std::vector<ReferenceEdge>(),
                 has_no_loop ? size.vertex_count : 0);
    if (!has_no_loop) return Outcome::kLoop;
    return graph_.has_cycle() ? Outcome::kCyclic : Outcome::kSolved;
  }

  // Whether a table, and the reference's own numbers for its graph, give every
  // key its rank.
  bool Confirms(const Table& table) {
    const TableParameters& parameters = table.parameters();
    if (Try(parameters.function, parameters.seeds, parameters.table_resizes) !=
        Outcome::kSolved) {
      return false;
    }
    const std::uint32_t edge_count = parameters.size.edge_count;
    const std::vector<std::uint32_t> numbers = graph_.Assign(edge_count);
    const std::vector<ReferenceEdge> edges = graph_.TakeEdges();
    bool right = true;
    for (std::uint32_t i = 0; i < edges.size(); ++i) {
      const auto [a, b] = edges[i];
      right &= (table.entry(a) + table.entry(b)) % edge_count == i;
      right &= (numbers[a] + numbers[b]) % edge_count == i;
    }
    return right;
  }

 private:
  const KeySet& keys_;
  ReferenceGraph graph_;
};

}  // namespace perfecthash
