#pragma once

#include <functional>
#include <memory>

#include "engine/runtime/runtime.h"
#include "tests/support/simulated_completion_port.h"

namespace perfecthash {

// Puts something between a node and its simulated port.
using PortWrapper = std::function<std::unique_ptr<CompletionPort>(
    std::unique_ptr<CompletionPort>)>;

// A runtime of `node_count` nodes without threads, whose ports, time and memory
// are the simulation's: call Runtime::RunOnce. The simulation outlives it.
std::unique_ptr<Runtime> MakeSimulatedRuntime(Simulation& simulation,
                                              int node_count,
                                              std::uint64_t memory_bytes_max,
                                              const PortWrapper& wrap = {});

// A made-up machine with nodes 0, 1, ... of `cpus_per_node` cpus each.
std::shared_ptr<const Topology> MadeUpTopology(int node_count,
                                               int cpus_per_node);

}  // namespace perfecthash
