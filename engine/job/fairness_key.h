#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/job/node_set.h"
#include "engine/job/queued_job.h"

namespace perfecthash {

// The jobs of one fairness key within one priority class: its account, and
// what of it may start. A part of JobQueue, used under the same lock.
class FairnessKey {
 public:
  using Strand = QueuedJob::Strand;

  // Where a table may start.
  struct Slots {
    NodeSet free;     // nodes with a free slot
    NodeSet reserve;  // nodes with a free reserve slot
  };

  struct ByCharge {
    bool operator()(const FairnessKey* a, const FairnessKey* b) const {
      return std::pair(a->charged_, a->sequence_) <
             std::pair(b->charged_, b->sequence_);
    }
  };

  FairnessKey(std::string name, std::uint64_t sequence)
      : name_(std::move(name)), sequence_(sequence) {}
  FairnessKey(const FairnessKey&) = delete;
  FairnessKey& operator=(const FairnessKey&) = delete;

  const std::string& name() const { return name_; }
  bool ready() const { return !buckets_.empty(); }

  // Starts / weight. Change it only while the key is in no set ByCharge.
  double charged() const { return charged_; }
  void set_charged(double charged) { charged_ = charged; }

  // A strand is listed while it may start, by whether its job runs something.
  void Insert(Strand& strand);
  void Erase(Strand& strand);

  // The strand to start from with these slots, or null.
  Strand* First(Slots slots) const;

  // CHECKs the lists; adds the strands listed for reserve slots.
  void CheckInvariants(std::int64_t& idle_strand_count) const;

  int job_count = 0;

 private:
  struct ByTurn {
    bool operator()(const Strand* a, const Strand* b) const;
  };
  // Strands that may start in the same slots.
  struct Bucket {
    NodeSet nodes;
    bool job_is_idle = false;  // so that reserve slots are open to it
    std::set<Strand*, ByTurn> strands;
  };
  using Buckets = std::vector<Bucket>;
  Buckets::iterator Find(NodeSet nodes, bool job_is_idle);

  const std::string name_;
  const std::uint64_t sequence_;
  double charged_ = 0;
  Buckets buckets_;  // none is empty; as many as there are sets of nodes
};

}  // namespace perfecthash
