#pragma once

#include <optional>

#include "engine/perfect_hash/peel.h"

namespace perfecthash {

// AssignVertices for graphs beyond the caches, whose entries have four bytes:
// peels and assigns within the array that becomes the table's, besides which
// only the queue of vertices is needed. So 20 million keys take 4 bytes for
// each key and 8 for each of 2^26 vertices, 31 bytes per key.
//
// A vertex has the XOR of its edges and, in the bits above, its degree. The
// other end of a leaf's edge is not kept but computed anew from the key; that
// is cheaper than to fetch twice the memory. Leaves are taken in blocks: while
// one waits for the keys of its edges the processor fetches those of the next.
//
// Nothing if the bits left for degrees do not hold those of this graph.
std::optional<Outcome> AssignInPlace(const GraphOfKeys& graph,
                                     Workspace& workspace,
                                     const StopCheck* stop,
                                     const Assignment& assignment);

}  // namespace perfecthash
