#pragma once

#include <chrono>
#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <vector>

#include "engine/job/node_set.h"

namespace perfecthash {

// Time since any fixed moment, the same one for all calls.
using QueueTime = std::chrono::nanoseconds;

class FairnessKey;

// A job as the queue sees it: what may start where, and how many of it wait,
// run and have ended. Owned by whoever queues it; between JobQueue::Push and
// its leaving the queue only JobQueue changes it, under the queue's lock.
class QueuedJob {
 public:
  // Items that may run on the same nodes, in the order they start. A job has
  // one strand, or, with node affinity, one per node.
  struct ItemsOnNodes {
    NodeSet nodes;  // not empty
    std::vector<int> indices;
  };

  struct Options {
    int priority = 3;  // 1 (first) .. 5 (last)
    std::string fairness_key;
    double fairness_weight = 1.0;  // > 0
    int tables_max = 1;            // running at once, >= 1
    // Zero = no limit.
    std::chrono::nanoseconds queue_timeout{0};
    std::chrono::nanoseconds execution_timeout{0};
    std::vector<ItemsOnNodes> items;  // at least one item in all
  };

  // What may be changed while it is queued; what is absent stays.
  struct Change {
    std::optional<int> priority = {};
    std::optional<double> fairness_weight = {};
    std::optional<int> tables_max = {};
  };

  enum class Expiry { kNone, kQueue, kExecution };

  explicit QueuedJob(Options options);
  QueuedJob(const QueuedJob&) = delete;
  QueuedJob& operator=(const QueuedJob&) = delete;

  const Options& options() const { return options_; }
  int item_count() const { return item_count_; }
  int queued() const { return queued_; }
  int running() const { return running_; }
  int ended() const { return ended_; }  // finished or dropped
  bool in_queue() const { return in_queue_; }
  bool started() const { return start_time_.has_value(); }
  QueueTime submit_time() const { return submit_time_; }
  // Which of the two timeouts TakeExpired() found it past.
  Expiry expired() const { return expired_; }

 private:
  friend class FairnessKey;
  friend class JobQueue;

  struct Strand {
    QueuedJob* job = nullptr;
    NodeSet nodes;
    std::vector<int> indices;
    std::size_t next = 0;
    bool enlisted = false;
    bool enlisted_as_idle = false;
  };

  Options options_;  // without the items, which the strands hold
  int item_count_ = 0;
  int queued_ = 0;
  int running_ = 0;
  int ended_ = 0;
  bool in_queue_ = false;
  Expiry expired_ = Expiry::kNone;
  QueueTime submit_time_{0};
  std::optional<QueueTime> start_time_;
  std::optional<QueueTime> expiry_;
  std::uint64_t sequence_ = 0;
  std::uint64_t turn_ = 0;  // of its last start; lower is longer ago
  std::vector<Strand> strands_;
  FairnessKey* key_ = nullptr;
  std::list<QueuedJob*>::iterator position_;
};

}  // namespace perfecthash
