#include "engine/job/fairness_key.h"

#include <algorithm>

#include "engine/base/check.h"

namespace perfecthash {

bool FairnessKey::ByTurn::operator()(const Strand* a, const Strand* b) const {
  // Strands of one job share its turn, but never a bucket.
  return a->job->turn_ < b->job->turn_;
}

FairnessKey::Buckets::iterator FairnessKey::Find(NodeSet nodes,
                                                 bool job_is_idle) {
  return std::find_if(
      buckets_.begin(), buckets_.end(), [&](const Bucket& bucket) {
        return bucket.nodes == nodes && bucket.job_is_idle == job_is_idle;
      });
}

void FairnessKey::Insert(Strand& strand) {
  const bool job_is_idle = strand.job->running_ == 0;
  auto bucket = Find(strand.nodes, job_is_idle);
  if (bucket == buckets_.end()) {
    bucket = buckets_.insert(bucket, {strand.nodes, job_is_idle, {}});
  }
  CHECK(bucket->strands.insert(&strand).second);
  strand.enlisted = true;
  strand.enlisted_as_idle = job_is_idle;
}

void FairnessKey::Erase(Strand& strand) {
  const auto bucket = Find(strand.nodes, strand.enlisted_as_idle);
  CHECK(bucket != buckets_.end() && bucket->strands.erase(&strand) == 1);
  if (bucket->strands.empty()) buckets_.erase(bucket);
  strand.enlisted = false;
}

FairnessKey::Strand* FairnessKey::First(Slots slots) const {
  Strand* first = nullptr;
  for (const Bucket& bucket : buckets_) {
    const bool open =
        bucket.nodes.Intersects(slots.free) ||
        (bucket.job_is_idle && bucket.nodes.Intersects(slots.reserve));
    if (!open) continue;
    Strand* const strand = *bucket.strands.begin();
    if (first == nullptr || strand->job->turn_ < first->job->turn_) {
      first = strand;
    }
  }
  return first;
}

void FairnessKey::CheckInvariants(std::int64_t& idle_strand_count) const {
  for (const Bucket& bucket : buckets_) {
    CHECK(!bucket.strands.empty());
    for (const Strand* strand : bucket.strands) {
      CHECK(strand->enlisted && strand->job->key_ == this);
      CHECK(strand->nodes == bucket.nodes);
      CHECK(strand->enlisted_as_idle == bucket.job_is_idle);
      CHECK((strand->job->running_ == 0) == bucket.job_is_idle);
    }
    if (bucket.job_is_idle) {
      idle_strand_count += static_cast<std::int64_t>(bucket.strands.size());
    }
  }
}

}  // namespace perfecthash
