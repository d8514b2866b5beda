#pragma once

#include <cstddef>
#include <vector>

#include "absl/types/span.h"
#include "engine/base/check.h"
#include "engine/job/job_queue.h"
#include "engine/job/node_set.h"

namespace perfecthash {

// How many tables each node has, and whether it may take another: so many
// slots, and an eighth of them on top in reserve (see JobQueue); none while it
// is drained. Used under its owner's lock.
class NodeSlots {
 public:
  NodeSlots(std::size_t node_count, int slot_count)
      : slot_count_(slot_count),
        reserve_count_(slot_count / 8),
        loads_(node_count) {
    CHECK(slot_count >= 1);
    schedulable_ = NodeSet::FirstN(static_cast<int>(node_count));
    open_.free = open_.reserve = schedulable_;
  }

  JobQueue::Slots open() const { return open_; }
  absl::Span<const int> loads() const { return loads_; }
  NodeSet schedulable() const { return schedulable_; }

  // Of `nodes`, those that have a slot, or else those that have a reserve slot.
  NodeSet Candidates(NodeSet nodes) const {
    const NodeSet free = nodes & open_.free;
    return free.empty() ? nodes & open_.reserve : free;
  }

  void Take(int node) { Change(node, +1); }
  void Give(int node) { Change(node, -1); }

  // Nothing starts on a drained node; what runs there goes on.
  void Drain(int node) {
    schedulable_.Erase(node);
    Change(node, 0);
  }
  void Resume(int node) {
    schedulable_.Insert(node);
    Change(node, 0);
  }

 private:
  void Change(int node, int change) {
    int& load = loads_[static_cast<std::size_t>(node)];
    load += change;
    CHECK(load >= 0 && load <= slot_count_ + reserve_count_);
    open_.free.Erase(node);
    open_.reserve.Erase(node);
    if (!schedulable_.Contains(node)) return;
    if (load < slot_count_) open_.free.Insert(node);
    if (load < slot_count_ + reserve_count_) open_.reserve.Insert(node);
  }

  const int slot_count_;
  const int reserve_count_;
  std::vector<int> loads_;
  NodeSet schedulable_;
  JobQueue::Slots open_;
};

}  // namespace perfecthash
