#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/io/completion_port_factory.h"
#include "engine/numa/node_pages.h"
#include "engine/numa/topology.h"
#include "engine/runtime/worker.h"

namespace perfecthash {

// Makes the port of a node; CreateCompletionPort, or a simulation's.
using CompletionPortFactory =
    std::function<absl::StatusOr<CreatedCompletionPort>(
        const NumaNode& node, const CompletionPortOptions& options)>;

struct RuntimeOptions {
  enum class Threads {
    kOwn,
    // None: the owner calls Runtime::RunOnce, always from one thread. For
    // simulations, where the ports' time is virtual.
    kNone,
  };

  std::vector<int> node_ids = {};  // NUMA nodes to use; empty: all
  int threads_per_node = 0;        // workers; 0: one per cpu of the node
  int threads_max = 0;             // workers of all nodes together; 0: no limit
  Threads threads = Threads::kOwn;
  WorkerOptions worker = {};
  CompletionPortOptions port = {};
  CompletionPortFactory port_factory = {};  // empty: CreateCompletionPort
  std::uint64_t memory_bytes_max = 0;       // the budget; 0: half of the memory
  NodePages::Guard buffer_guard = NodePages::Guard::kNone;
  NodePagesSource buffer_pages = {};              // empty: NodePages::Allocate
  std::shared_ptr<const Topology> topology = {};  // null: this machine's
};

}  // namespace perfecthash
