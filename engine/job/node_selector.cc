#include "engine/job/node_selector.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/base/check.h"
#include "engine/base/error_reason.h"
#include "engine/base/status_macros.h"

namespace perfecthash {
namespace {

// Finalizer of SplitMix64: every bit of the input moves every bit of the
// output, so that the remainder by the number of nodes is even.
std::uint64_t Mix(std::uint64_t value) {
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
  value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
  return value ^ (value >> 31);
}

// Eight bytes at a time: a key set may have megabytes.
std::uint64_t Digest(const char* data, std::size_t size) {
  std::uint64_t digest = Mix(size + 1);
  while (size > 0) {
    std::uint64_t word = 0;
    const std::size_t step = std::min(size, sizeof(word));
    std::memcpy(&word, data, step);
    digest = Mix(digest ^ word) * 0x9e3779b97f4a7c15;
    data += step;
    size -= step;
  }
  return Mix(digest);
}

std::vector<int> FirstIndices(std::size_t count) {
  std::vector<int> indices(count);
  for (std::size_t i = 0; i < count; ++i) indices[i] = static_cast<int>(i);
  return indices;
}

}  // namespace

std::uint64_t DigestOf(const KeySource& keys) {
  if (const auto* file = std::get_if<KeyFile>(&keys)) {
    return Digest(file->path.data(), file->path.size());
  }
  const auto& bytes = *std::get<KeyBytes>(keys).bytes;
  return Digest(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

NodeSelector::NodeSelector(std::vector<int> node_ids,
                           NodePolicy::Mode default_mode)
    : node_ids_(std::move(node_ids)), default_mode_(default_mode) {
  CHECK(!node_ids_.empty() && node_ids_.size() <= NodeSet::kNodesMax);
  CHECK(default_mode_ != NodePolicy::Mode::kServerDefault);
}

NodePolicy::Mode NodeSelector::Resolve(NodePolicy::Mode mode) const {
  return mode == NodePolicy::Mode::kServerDefault ? default_mode_ : mode;
}

absl::StatusOr<int> NodeSelector::PositionOf(int node_id) const {
  const auto found = std::find(node_ids_.begin(), node_ids_.end(), node_id);
  if (found != node_ids_.end()) {
    return static_cast<int>(found - node_ids_.begin());
  }
  return WithReason(
      absl::InvalidArgumentError(absl::StrCat(
          node_id, " is not a node of this engine, which has nodes ",
          absl::StrJoin(node_ids_, ", "))),
      "NODE_UNKNOWN");
}

absl::StatusOr<NodeSet> NodeSelector::Allowed(const NodePolicy& policy) const {
  const bool fixed = Resolve(policy.mode) == NodePolicy::Mode::kFixed;
  NodeSet allowed;
  for (const int node_id : policy.node_ids) {
    ASSIGN_OR_RETURN(const int node, PositionOf(node_id));
    if (!fixed || allowed.empty()) allowed.Insert(node);
  }
  if (!allowed.empty()) return allowed;
  return fixed ? NodeSet::Of(0)
               : NodeSet::FirstN(static_cast<int>(node_ids_.size()));
}

absl::StatusOr<std::vector<NodeSelector::Assignment>> NodeSelector::Assign(
    const NodePolicy& policy, absl::Span<const TableRequest> items) const {
  ASSIGN_OR_RETURN(const NodeSet allowed, Allowed(policy));
  std::vector<Assignment> assignments;
  if (Resolve(policy.mode) != NodePolicy::Mode::kAffinity) {
    assignments.push_back({allowed, FirstIndices(items.size())});
    return assignments;
  }
  for (int rank = 0; rank < allowed.size(); ++rank) {
    assignments.push_back({NodeSet::Of(allowed.Nth(rank)), {}});
  }
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::uint64_t digest = DigestOf(items[i].keys);
    assignments[digest % assignments.size()].items.push_back(
        static_cast<int>(i));
  }
  return assignments;
}

int NodeSelector::Choose(NodePolicy::Mode mode, NodeSet candidates,
                         absl::Span<const int> loads) {
  CHECK(!candidates.empty() && loads.size() == node_ids_.size());
  const int count = static_cast<int>(node_ids_.size());
  const bool by_load = Resolve(mode) == NodePolicy::Mode::kLeastLoaded;
  const int last = last_.load(std::memory_order_relaxed);
  int chosen = -1;
  // In turn from the node after the last one, so that equal loads take turns.
  for (int step = 1; step <= count; ++step) {
    const int node = (last + step) % count;
    if (!candidates.Contains(node)) continue;
    const auto load = [&](int n) { return loads[static_cast<std::size_t>(n)]; };
    if (chosen < 0 || (by_load && load(node) < load(chosen))) chosen = node;
    if (!by_load) break;
  }
  last_.store(chosen, std::memory_order_relaxed);
  return chosen;
}

}  // namespace perfecthash
