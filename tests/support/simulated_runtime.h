#pragma once

#include <memory>

#include "engine/runtime/runtime.h"
#include "tests/support/simulated_completion_port.h"

namespace perfecthash {

// A runtime of `node_count` nodes without threads, whose ports and time are the
// simulation's: call Runtime::RunOnce. The simulation outlives it.
std::unique_ptr<Runtime> MakeSimulatedRuntime(Simulation& simulation,
                                              int node_count,
                                              std::uint64_t memory_bytes_max);

// A made-up machine with nodes 0, 1, ... of `cpus_per_node` cpus each.
std::shared_ptr<const Topology> MadeUpTopology(int node_count,
                                               int cpus_per_node);

}  // namespace perfecthash
