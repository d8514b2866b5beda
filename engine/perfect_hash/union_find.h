#pragma once

#include <cstdint>

namespace perfecthash {

// The root of a vertex. Trees are linked by index, so they stay shallow on
// random edges and two steps nearly always see the root; only else is the path
// shortened. That leaves a single, well predicted branch, which is worth more
// than the bookkeeping of ranks or sizes.
template <typename Parent>
std::uint32_t FindRoot(Parent* parents, std::uint32_t vertex) {
  const std::uint32_t parent = parents[vertex];
  const std::uint32_t grandparent = parents[parent];
  if (parent == grandparent) [[likely]]
    return parent;

  std::uint32_t root = parents[grandparent];
  parents[vertex] = static_cast<Parent>(root);
  parents[parent] = static_cast<Parent>(root);
  while (parents[root] != root) root = parents[root];
  return root;
}

// False if the edge closes a cycle.
template <typename Parent>
bool Unite(Parent* parents, std::uint32_t first, std::uint32_t second) {
  const std::uint32_t a = FindRoot(parents, first);
  const std::uint32_t b = FindRoot(parents, second);
  if (a == b) return false;
  parents[a > b ? a : b] = static_cast<Parent>(a < b ? a : b);
  return true;
}

}  // namespace perfecthash
