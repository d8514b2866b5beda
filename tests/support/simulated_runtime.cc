#include "tests/support/simulated_runtime.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/base/check.h"
#include "tests/support/environment.h"

namespace perfecthash {

std::shared_ptr<const Topology> MadeUpTopology(int node_count,
                                               int cpus_per_node) {
  const std::string description =
      absl::StrCat("numa:", node_count, " core:", cpus_per_node, " pu:1");
  const ScopedEnvironment synthetic("HWLOC_SYNTHETIC", description);
  absl::StatusOr<std::unique_ptr<Topology>> topology = Topology::Detect();
  CHECK(topology.ok());
  return *std::move(topology);
}

std::unique_ptr<Runtime> MakeSimulatedRuntime(Simulation& simulation,
                                              int node_count,
                                              std::uint64_t memory_bytes_max,
                                              const PortWrapper& wrap) {
  RuntimeOptions options;
  options.threads = RuntimeOptions::Threads::kNone;
  options.memory_bytes_max = memory_bytes_max;
  options.topology = MadeUpTopology(node_count, 1);
  options.port_factory = [&simulation, wrap](const NumaNode&,
                                             const CompletionPortOptions&) {
    std::unique_ptr<CompletionPort> port = simulation.MakePort();
    if (wrap) port = wrap(std::move(port));
    return CreatedCompletionPort{std::move(port), "a simulation"};
  };
  options.buffer_pages =
      [&simulation](const Topology& topology, const NumaNode& node,
                    std::size_t bytes,
                    NodePages::Guard guard) -> absl::StatusOr<NodePages> {
    if (simulation.RefusesMemory()) {
      return absl::ResourceExhaustedError("the simulation has no memory");
    }
    return NodePages::Allocate(topology, node, bytes, guard);
  };
  absl::StatusOr<std::unique_ptr<Runtime>> runtime =
      Runtime::Create(std::move(options));
  CHECK(runtime.ok());
  return *std::move(runtime);
}

}  // namespace perfecthash
