#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "engine/job/job_spec.h"
#include "engine/job/node_set.h"

namespace perfecthash {

// Which node runs a table, by the policy of its job. What can be known when a
// job arrives (fixed nodes, affinity) is settled then, by Assign(); what
// depends on the moment (whose turn it is, who has least to do) is settled
// when a table starts, by Choose(). Thread-safe.
class NodeSelector {
 public:
  // One node or more, at most NodeSet::kNodesMax; `default_mode` is not
  // kServerDefault.
  NodeSelector(std::vector<int> node_ids, NodePolicy::Mode default_mode);

  const std::vector<int>& node_ids() const { return node_ids_; }
  // Its position among them. InvalidArgument, NODE_UNKNOWN.
  absl::StatusOr<int> PositionOf(int node_id) const;

  // Items that may run on the same nodes, by index, ascending.
  struct Assignment {
    NodeSet nodes;
    std::vector<int> items;
  };

  // Every item exactly once. Fails with InvalidArgument, NODE_UNKNOWN, when
  // the policy names a node that the engine does not use.
  absl::StatusOr<std::vector<Assignment>> Assign(
      const NodePolicy& policy, absl::Span<const TableRequest> items) const;

  // One of `candidates`, which is not empty; `loads` has the number of
  // unfinished tables of every node.
  int Choose(NodePolicy::Mode mode, NodeSet candidates,
             absl::Span<const int> loads);

  // What kServerDefault stands for.
  NodePolicy::Mode Resolve(NodePolicy::Mode mode) const;

 private:
  absl::StatusOr<NodeSet> Allowed(const NodePolicy& policy) const;

  const std::vector<int> node_ids_;
  const NodePolicy::Mode default_mode_;
  // The node that had the last turn. Relaxed: it guards nothing.
  std::atomic<int> last_{-1};
};

// The same for the same path, or the same bytes, wherever they are.
std::uint64_t DigestOf(const KeySource& keys);

}  // namespace perfecthash
