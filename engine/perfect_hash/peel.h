#pragma once

#include <cstdint>

#include "engine/perfect_hash/attempt.h"
#include "engine/perfect_hash/workspace.h"

namespace perfecthash {

// What peeling tells of a graph without cycles, which is a forest. The root of
// a tree is the vertex that is left of it when all others are peeled.
struct ForestShape {
  std::uint32_t empty_vertex_count = 0;    // vertices without an edge
  std::uint32_t visited_vertex_count = 0;  // all others; each is assigned once
  std::uint32_t depth_max = 0;  // most edges between a vertex and its root
};

// What is to be had of a graph besides the answer whether it has a cycle.
struct Assignment {
  // The number of each vertex, size.entry_bytes() each; aligned to 64 bytes.
  std::uint8_t* entries = nullptr;
  // May be null; what it costs is paid only if it is not.
  ForestShape* shape = nullptr;
};

// Takes the graph apart, leaf by leaf, and assigns a number to each vertex in
// the reverse order, so that (number of v1 + number of v2) & (edge_count - 1)
// is the rank of the key whose edge is v1-v2 (Czech, Havas, Majewski 1992).
// kSolved; kCyclic and kStopped leave anything in `assignment`. `stop`, which
// may be null, is asked every few thousand keys or vertices.
Outcome AssignVertices(const GraphOfKeys& graph, Workspace& workspace,
                       const StopCheck* stop, const Assignment& assignment);

}  // namespace perfecthash
