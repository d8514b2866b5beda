#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

struct hwloc_topology;

namespace perfecthash {

// One NUMA node that has cpus of its own.
struct NumaNode {
  // The operating system's number of the node; numbers may have gaps.
  int id = 0;
  // The operating system's numbers of its cpus: the first hardware thread of
  // every core, then the second of every core and so on, so that the first n
  // cpus share as few cores as possible. Never empty.
  std::vector<int> cpus;
  // Installed memory, 0 where it is not known.
  std::uint64_t memory_bytes = 0;
};

// The nodes and cpus that this process may use (cgroup and affinity mask
// obeyed), and how to bind threads and memory to them.
//
// A machine without NUMA is one node. Every cpu belongs to exactly one node,
// its closest; nodes left without a cpu (memory only) are not listed.
// HWLOC_SYNTHETIC replaces the machine by a made-up one, see
// `man hwloc(7)`: `HWLOC_SYNTHETIC="numa:2 core:2 pu:1"`; HWLOC_XMLFILE by one
// that was saved with `lstopo machine.xml`.
// Immutable after construction, so thread-safe.
class Topology {
 public:
  static absl::StatusOr<std::unique_ptr<Topology>> Detect();
  ~Topology();
  Topology(const Topology&) = delete;
  Topology& operator=(const Topology&) = delete;

  // Ascending by id; never empty.
  const std::vector<NumaNode>& nodes() const { return nodes_; }
  // Null when no node has this id.
  const NumaNode* FindNode(int id) const;
  // True for a made-up machine; nothing can be bound to it.
  bool synthetic() const { return synthetic_; }

  // Binds the calling thread to one cpu, or to all cpus of `node`. The error
  // of a refusal is meant as a warning: the thread runs on, unbound.
  // FailedPrecondition on a synthetic machine.
  absl::Status BindThreadToCpu(int cpu) const;
  absl::Status BindThreadToNode(const NumaNode& node) const;

  // Asks for the pages of [data, data + size_bytes) to come from `node`, or
  // from its neighbours once it is full. Success without a call where there is
  // only one place for memory. Errors as above.
  absl::Status BindMemory(const NumaNode& node, void* data,
                          std::size_t size_bytes) const;

 private:
  explicit Topology(hwloc_topology* topology);

  hwloc_topology* const topology_;
  bool synthetic_ = false;
  int memory_node_count_ = 0;
  std::vector<NumaNode> nodes_;
};

}  // namespace perfecthash
