#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/types/span.h"

namespace perfecthash {

// The mathematics once more, plainly: what the solver is compared with, in
// tests and in speed. Shares no code with it. Works as the predecessor's
// GraphImpl 3 does: all vertices are reset, all keys hashed, all edges added,
// and then they are taken away leaf by leaf; its memory is kept from one graph
// to the next.

struct ReferenceEdge {
  std::uint32_t first;
  std::uint32_t second;
};

struct ReferenceHashing {
  std::string_view function;
  absl::Span<const std::uint32_t> seeds;
  std::uint32_t vertex_count;
  std::uint32_t bias = 0;  // added to each key
  // Whether to give up at the first key that has twice the same vertex.
  bool ends_at_loop = false;
};

// The edges of the keys. False if a key has twice the same vertex.
bool HashAll(const ReferenceHashing& hashing,
             absl::Span<const std::uint32_t> keys,
             std::vector<ReferenceEdge>& edges);

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
  ReferenceGraph() = default;
  ReferenceGraph(std::vector<ReferenceEdge> edges, std::uint32_t vertex_count);

  // Another graph, in the memory of the one before.
  void Build(std::vector<ReferenceEdge> edges, std::uint32_t vertex_count);
  // The edges, for their memory to be used again.
  std::vector<ReferenceEdge> TakeEdges();

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
