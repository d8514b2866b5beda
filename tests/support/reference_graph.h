#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/types/span.h"

namespace perfecthash {

// The mathematics once more, plainly: what the solver is compared with. Shares
// no code with it, takes no shortcuts, and favours the obvious over the fast.

struct ReferenceEdge {
  std::uint32_t first;
  std::uint32_t second;
};

// The edges of the keys (each plus `bias`) under a hash function by its name
// and its seeds, for a graph of `vertex_count` vertices.
std::vector<ReferenceEdge> MakeReferenceEdges(
    std::string_view function, absl::Span<const std::uint32_t> seeds,
    std::uint32_t vertex_count, std::uint32_t bias,
    absl::Span<const std::uint32_t> keys);

// A graph that is taken apart by removing edges that end in a vertex of degree
// one; it has no cycle if none is left.
class ReferenceGraph {
 public:
  ReferenceGraph(std::vector<ReferenceEdge> edges, std::uint32_t vertex_count);

  bool has_loop() const;
  bool has_cycle() const { return removed_.size() != edges_.size(); }
  // Numbers such that those of the ends of edge i add up to i modulo
  // `edge_count`. Only if there is no cycle.
  std::vector<std::uint32_t> Assign(std::uint32_t edge_count) const;

 private:
  struct Vertex {
    std::uint32_t degree = 0;
    std::uint32_t edges_xor = 0;
  };

  void RemoveFrom(std::uint32_t vertex);

  std::vector<ReferenceEdge> edges_;
  std::vector<Vertex> vertices_;
  std::vector<std::uint32_t> removed_;  // edges, in the order of removal
};

}  // namespace perfecthash
