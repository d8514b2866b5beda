#pragma once

#include <array>
#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/job/fairness_key.h"
#include "engine/job/node_set.h"
#include "engine/job/queued_job.h"

namespace perfecthash {

// Decides which table starts next. It is pure bookkeeping: no thread, no
// clock (the time is passed in, counted from any fixed moment) and no chance,
// so that equal calls have equal outcomes. Used under its owner's lock.
//
// From coarse to fine:
// 1. Priority. The first of the classes 1-5 that has something to start. But
//    every 16th start goes to the class that has waited longest for one, so a
//    class with something to start gets at least one of any 80 starts,
//    whatever arrives above it.
// 2. Fairness key. Each key of a class gets starts in proportion to its
//    weight: it keeps an account of starts / weight, and the key that is
//    furthest behind is next. (The shares of deficit round robin without its
//    bursts, and without its many empty rounds when weights are tiny.) A key
//    saves nothing up while it has nothing to start. A start is charged by
//    the weight of its own job.
// 3. Job. Of a key's jobs, the one whose last start is longest ago: a short
//    job behind a long one gets every second start.
// 4. Item. In the order of the job's list.
//
// So nobody starves: a job that could start something all the while waits for
// at most 80 x S x n starts, where n is the number of its key's jobs and S, the
// share of the key, the sum over the keys of its class of their weight / its
// own + 1.
//
// A job takes part while it has queued items and runs fewer than its cap, which
// may be changed: a lowered cap stops nothing that runs. A table starts where a
// slot is free; beyond those, a node has reserve slots, open only to jobs with
// nothing running, so that a job of small tables does not wait until one of
// another job's hard tables ends.
class JobQueue {
 public:
  static constexpr int kPriorityCount = 5;
  static constexpr int kStartsPerAgeing = 16;

  using Slots = FairnessKey::Slots;

  struct Start {
    QueuedJob* job = nullptr;
    int index = 0;
    NodeSet nodes;  // where it may run, whether or not they have a free slot
  };

  // No more than `queued_items_max` items are queued at once.
  explicit JobQueue(int queued_items_max);
  JobQueue(const JobQueue&) = delete;
  JobQueue& operator=(const JobQueue&) = delete;
  // CHECKs that no job is left.
  ~JobQueue();

  int items_max() const { return queued_items_max_; }
  bool HasRoomFor(int item_count) const;

  // Requires HasRoomFor(job.item_count()). The job stays where it is in memory
  // until it has left: nothing queued, nothing running.
  void Push(QueuedJob& job, QueueTime now);

  // Starts an item, which counts as running until Finish().
  std::optional<Start> Pop(Slots slots, QueueTime now);

  // A started item of the job has ended.
  void Finish(QueuedJob& job);

  // Takes effect with the next Pop(). The job has not left; values are as
  // QueuedJob::Options asks for.
  void Update(QueuedJob& job, const QueuedJob::Change& change);

  // The job's queued items leave the queue; nothing of it starts or expires
  // any more.
  std::vector<int> Drop(QueuedJob& job);

  // A job whose time has run out, or null. Each is returned once; the caller
  // drops it and cancels what runs.
  QueuedJob* TakeExpired(QueueTime now);
  std::optional<QueueTime> next_expiry() const;

  // Unfinished jobs, of which nothing / something has started.
  std::int64_t jobs_queued() const { return jobs_queued_; }
  std::int64_t jobs_running() const { return jobs_running_; }
  std::int64_t items_queued() const { return items_queued_; }
  std::int64_t items_running() const { return items_running_; }

  // CHECKs every sum and every list against the jobs. Takes time in
  // proportion to the jobs: for tests and for the end.
  void CheckInvariants() const;

 private:
  struct PriorityClass {
    std::map<std::string, FairnessKey> keys;  // those with a job
    std::set<FairnessKey*, FairnessKey::ByCharge> ready;
    // those with something to start
    double charged = 0;  // of the key served last, before that start
    std::uint64_t last_start = 0;
  };
  struct Choice {
    PriorityClass* priority_class = nullptr;
    FairnessKey* key = nullptr;
    FairnessKey::Strand* strand = nullptr;
  };

  PriorityClass& ClassOf(const QueuedJob& job);
  void JoinKey(QueuedJob& job);
  void LeaveKey(QueuedJob& job);
  std::optional<Choice> Choose(Slots slots);
  std::optional<Choice> ChooseWithin(PriorityClass& priority_class,
                                     Slots slots) const;
  void Charge(const Choice& choice);
  void Enlist(QueuedJob& job);  // its strands that may start now, only those
  void Delist(QueuedJob& job);
  void SetExpiry(QueuedJob& job, std::optional<QueueTime> expiry);
  void LeaveIfDone(QueuedJob& job);
  void CheckStep(const QueuedJob& job) const;

  const int queued_items_max_;
  std::array<PriorityClass, kPriorityCount> classes_;
  std::list<QueuedJob*> jobs_;
  std::map<std::pair<QueueTime, std::uint64_t>, QueuedJob*> expiries_;
  std::uint64_t sequence_ = 0;  // of jobs, keys and turns
  std::uint64_t start_count_ = 0;
  std::int64_t idle_strand_count_ = 0;
  std::int64_t jobs_queued_ = 0;
  std::int64_t jobs_running_ = 0;
  std::int64_t items_queued_ = 0;
  std::int64_t items_running_ = 0;
};

}  // namespace perfecthash
