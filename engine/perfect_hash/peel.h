#pragma once

#include <cstdint>

#include "engine/perfect_hash/aligned_array.h"
#include "engine/perfect_hash/attempt.h"
#include "engine/perfect_hash/workspace.h"

namespace perfecthash {

// Takes the graph apart, leaf by leaf, and assigns a number to each vertex in
// the reverse order, so that (number of v1 + number of v2) & (edge_count - 1)
// is the rank of the key whose edge is v1-v2 (Czech, Havas, Majewski 1992).
// Returns entries of size.entry_bytes() each; nothing (size 0) if the graph
// has a cycle.
AlignedArray<std::uint8_t> AssignVertices(const GraphOfKeys& graph,
                                          Workspace& workspace);

}  // namespace perfecthash
