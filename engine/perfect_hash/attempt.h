#pragma once

#include <cstdint>
#include <optional>

#include "engine/perfect_hash/hash_function.h"
#include "engine/perfect_hash/kernels/kernel.h"
#include "engine/perfect_hash/key_set.h"
#include "engine/perfect_hash/outcome.h"
#include "engine/perfect_hash/stop_check.h"
#include "engine/perfect_hash/workspace.h"

namespace perfecthash {

// A graph to be tested for cycles: the keys' edges under a hash function.
struct GraphOfKeys {
  const KeySet& keys;
  const Kernel& kernel;
  HashFunctionId function;
  HashParameters hash;
  GraphSize size;
};

// Whether the graph has a cycle: kSolved, kLoop, kCyclic or kStopped.
//
// Most attempts fail, so the test is made to fail early and cheaply: first a
// vector pass over all keys for loops (40 % of the attempts at full density),
// then one union-find over the vertices that ends at the first edge within a
// component. Nothing is kept for the assignment; a winner is peeled instead.
Outcome TestForCycles(const GraphOfKeys& graph, Workspace& workspace,
                      const StopCheck* stop);

// How many edges close a cycle, or `count_max` if there are as many or more;
// nothing if stopped. Takes as long as an attempt that is solved.
std::optional<std::uint32_t> CountCycles(const GraphOfKeys& graph,
                                         std::uint32_t count_max,
                                         Workspace& workspace,
                                         const StopCheck* stop);

}  // namespace perfecthash
