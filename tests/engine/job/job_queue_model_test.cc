// Random jobs against a model: whatever arrives, is changed, starts, ends,
// expires and is cancelled in whatever order, and whichever nodes are drained,
// the sums add up, no cap is exceeded, nobody starves and shares are fair.

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <vector>

#include "engine/job/job_queue.h"
#include "tests/engine/job/queue_jobs.h"

namespace perfecthash {
namespace {

// Two nodes with a few slots each, filled, emptied and drained at random.
class Model {
 public:
  explicit Model(unsigned seed) : random_(seed) {}

  void Run(int steps) {
    for (int step = 0; step < steps; ++step) {
      switch (Pick(9)) {
        case 0:
          Submit();
          break;
        case 1:
          if (Pick(10) == 0) Cancel();
          if (Pick(8) == 0) DrainOrResume();
          break;
        case 8:
          Update();
          break;
        case 2:
          Expire();
          break;
        case 3:
        case 4:
          Finish();
          break;
        default:
          Start();
      }
      queue_.CheckInvariants();
      Check();
    }
    EndAll();
  }

 private:
  static constexpr int kSlotsPerNode = 3;
  static constexpr int kReserve = 1;

  struct Entry {
    std::unique_ptr<QueuedJob> job;
    std::set<int> waiting;
    std::vector<int> running;  // nodes
    NodeSet nodes;
    int tables_max = 0;
    bool gone = false;  // dropped: nothing of it may start
  };

  int Pick(int count) {
    return static_cast<int>(random_() % static_cast<unsigned>(count));
  }

  void Submit() {
    const int items = 1 + Pick(20);
    if (!queue_.HasRoomFor(items)) return;
    const NodeSet nodes = std::array{NodeSet::Of(0), NodeSet::Of(1),
                                     NodeSet::FirstN(2)}[Pick(3) % 3];
    Entry entry;
    entry.nodes = nodes;
    entry.tables_max = 1 + Pick(5);
    entry.job =
        MakeJob({.items = items,
                 .priority = 1 + Pick(5),
                 .key = std::string(1, static_cast<char>('a' + Pick(3))),
                 .weight = 0.5 + Pick(4),
                 .tables_max = entry.tables_max,
                 .queue_timeout = std::chrono::nanoseconds(Pick(200)),
                 .execution_timeout = std::chrono::nanoseconds(Pick(200)),
                 .nodes = nodes});
    for (int i = 0; i < items; ++i) entry.waiting.insert(i);
    queue_.Push(*entry.job, now_);
    entries_[entry.job.get()] = std::move(entry);
  }

  void Update() {
    if (entries_.empty()) return;
    auto& [job, entry] =
        *std::next(entries_.begin(), Pick(static_cast<int>(entries_.size())));
    QueuedJob::Change change;
    if (Pick(2) == 0) change.tables_max = entry.tables_max = 1 + Pick(5);
    if (Pick(2) == 0) change.priority = 1 + Pick(5);
    if (Pick(2) == 0) change.fairness_weight = 0.5 + Pick(4);
    queue_.Update(*job, change);
  }

  void DrainOrResume() {
    const int node = Pick(2);
    if (schedulable_.Contains(node)) {
      schedulable_.Erase(node);
    } else {
      schedulable_.Insert(node);
    }
  }

  JobQueue::Slots Slots() const {
    JobQueue::Slots slots;
    for (int node = 0; node < 2; ++node) {
      if (!schedulable_.Contains(node)) continue;
      if (load_[node] < kSlotsPerNode) slots.free.Insert(node);
      if (load_[node] < kSlotsPerNode + kReserve) slots.reserve.Insert(node);
    }
    return slots;
  }

  bool MayStart(const Entry& entry, JobQueue::Slots slots) const {
    const QueuedJob& job = *entry.job;
    if (entry.waiting.empty() || entry.gone) return false;
    if (job.running() >= entry.tables_max) return false;
    return entry.nodes.Intersects(slots.free) ||
           (job.running() == 0 && entry.nodes.Intersects(slots.reserve));
  }

  void Start() {
    const JobQueue::Slots slots = Slots();
    const bool possible = std::any_of(
        entries_.begin(), entries_.end(),
        [&](const auto& entry) { return MayStart(entry.second, slots); });
    const auto start = queue_.Pop(slots, now_);
    ASSERT_EQ(start.has_value(), possible) << "work-conserving";
    if (!possible) return;
    Entry& entry = entries_.at(start->job);
    ASSERT_EQ(entry.waiting.erase(start->index), 1u);
    const NodeSet free = start->nodes & slots.free;
    const int node =
        (free.empty() ? start->nodes & slots.reserve : free).First();
    ASSERT_TRUE(schedulable_.Contains(node));
    entry.running.push_back(node);
    ++load_[node];
    ASSERT_LE(start->job->running(), entry.tables_max);
  }

  void Finish() {
    for (auto& [job, entry] : entries_) {
      if (entry.running.empty() || Pick(2) == 0) continue;
      --load_[entry.running.back()];
      entry.running.pop_back();
      queue_.Finish(*job);
      Forget(job);
      return;
    }
  }

  void Cancel() {
    if (entries_.empty()) return;
    Drop(std::next(entries_.begin(), Pick(static_cast<int>(entries_.size())))
             ->first);
  }

  void Expire() {
    now_ += std::chrono::nanoseconds(Pick(10));
    while (QueuedJob* job = queue_.TakeExpired(now_)) {
      ASSERT_NE(job->expired(), QueuedJob::Expiry::kNone);
      Drop(job);
    }
    ASSERT_TRUE(!queue_.next_expiry().has_value() ||
                *queue_.next_expiry() > now_);
  }

  void Drop(QueuedJob* job) {
    Entry& entry = entries_.at(job);
    const std::vector<int> dropped = queue_.Drop(*job);
    ASSERT_EQ(std::set<int>(dropped.begin(), dropped.end()), entry.waiting);
    entry.waiting.clear();
    entry.gone = true;
    Forget(job);
  }

  void Forget(QueuedJob* job) {
    const Entry& entry = entries_.at(job);
    const bool done = entry.waiting.empty() && entry.running.empty();
    ASSERT_EQ(job->in_queue(), !done);
    if (done) entries_.erase(job);
  }

  void Check() {
    std::int64_t waiting = 0, running = 0;
    for (const auto& [job, entry] : entries_) {
      ASSERT_EQ(job->queued(), static_cast<int>(entry.waiting.size()));
      ASSERT_EQ(job->running(), static_cast<int>(entry.running.size()));
      waiting += job->queued();
      running += job->running();
    }
    ASSERT_EQ(queue_.items_queued(), waiting);
    ASSERT_EQ(queue_.items_running(), running);
    ASSERT_LE(waiting, 60);
  }

  // Nobody starves: with ends and starts alone everything ends.
  void EndAll() {
    schedulable_ = NodeSet::FirstN(2);
    int rounds = 0;
    while (!entries_.empty()) {
      Start();
      Finish();
      ASSERT_LT(++rounds, 10'000);
    }
  }

  std::mt19937 random_;
  QueueTime now_{0};
  JobQueue queue_{60};
  std::map<QueuedJob*, Entry> entries_;
  int load_[2] = {0, 0};
  NodeSet schedulable_ = NodeSet::FirstN(2);
};

TEST(JobQueueModelTest, RandomJobsKeepEveryPromise) {
  for (unsigned seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Model(seed).Run(400);
    if (testing::Test::HasFatalFailure()) return;
  }
}

TEST(JobQueueModelTest, SharesAreFairWithinTenPercentOverAThousandItems) {
  for (unsigned seed = 1; seed <= 50; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937 random(seed);
    JobQueue queue(1'000'000);
    std::vector<std::unique_ptr<QueuedJob>> jobs;
    std::map<std::string, double> weights;
    std::map<std::string, int> starts;
    double weight_sum = 0;
    for (unsigned key = 0; key < 2 + random() % 6; ++key) {
      const std::string name = std::to_string(key);
      const double weight = 1.0 + static_cast<double>(random() % 9);
      weight_sum += weights[name] = weight;
      // However many jobs a key has, and whatever their caps.
      for (unsigned job = 0; job < 1 + random() % 4; ++job) {
        jobs.push_back(
            MakeJob({.items = 2'000,
                     .key = name,
                     .weight = weight,
                     .tables_max = 2 + static_cast<int>(random() % 5)}));
        queue.Push(*jobs.back(), QueueTime(0));
      }
    }
    const JobQueue::Slots slots{NodeSet::FirstN(1), NodeSet::FirstN(1)};
    std::vector<QueuedJob*> running;
    for (int i = 0; i < 1'000; ++i) {
      const auto start = queue.Pop(slots, QueueTime(0));
      ASSERT_TRUE(start.has_value());
      ++starts[start->job->options().fairness_key];
      running.push_back(start->job);
      std::swap(running.back(), running[random() % running.size()]);
      if (running.size() < 2) continue;
      queue.Finish(*running.back());
      running.pop_back();
    }
    for (const auto& [name, weight] : weights) {
      const double share = 1'000 * weight / weight_sum;
      EXPECT_NEAR(starts[name], share, share * 0.1 + 1) << "key " << name;
    }
    for (QueuedJob* job : running) queue.Finish(*job);
    for (const auto& job : jobs) queue.Drop(*job);
  }
}

// Jobs of which each has something to start at any time, on one slot.
class EndlessJobs {
 public:
  explicit EndlessJobs(unsigned seed) : random_(seed) {
    for (unsigned i = 0; i < 3 + random_() % 12; ++i) {
      jobs_.push_back(
          MakeJob({.items = 100'000,
                   .priority = 1 + static_cast<int>(random_() % 5),
                   .key = std::to_string(random_() % 3),
                   .weight = 1.0 + static_cast<double>(random_() % 4)}));
      queue_.Push(*jobs_.back(), QueueTime(0));
      last_start_[jobs_.back().get()] = 0;
    }
  }
  ~EndlessJobs() {
    for (const auto& job : jobs_) queue_.Drop(*job);
  }

  // The bound that job_queue.h states, with a start more per key since shares
  // are whole starts.
  double StartsMax(const QueuedJob& job) const {
    std::map<std::string, double> heaviest;
    int jobs_of_key = 0;
    double lightest = job.options().fairness_weight;
    for (const auto& other : jobs_) {
      const QueuedJob::Options& options = other->options();
      if (options.priority != job.options().priority) continue;
      double& weight = heaviest[options.fairness_key];
      weight = std::max(weight, options.fairness_weight);
      if (options.fairness_key != job.options().fairness_key) continue;
      ++jobs_of_key;
      lightest = std::min(lightest, options.fairness_weight);
    }
    double shares = 0;
    for (const auto& [key, weight] : heaviest) shares += weight / lightest + 1;
    return 80.0 * shares * jobs_of_key;
  }

  void Start() {
    const JobQueue::Slots slots{NodeSet::FirstN(1), NodeSet::FirstN(1)};
    const auto start = queue_.Pop(slots, QueueTime(0));
    ASSERT_TRUE(start.has_value());
    last_start_[start->job] = ++start_count_;
    queue_.Finish(*start->job);
  }

  void ChangeOne() {
    QueuedJob& job = *jobs_[random_() % jobs_.size()];
    queue_.Update(
        job, {.priority = 1 + static_cast<int>(random_() % 5),
              .fairness_weight = 1.0 + static_cast<double>(random_() % 4)});
    // Shares are others now: the bound counts from here.
    for (auto& [changed, last] : last_start_) last = start_count_;
  }

  void Check() const {
    for (const auto& [job, last] : last_start_) {
      ASSERT_LE(start_count_ - last, StartsMax(*job))
          << "priority " << job->options().priority;
    }
  }

 private:
  std::mt19937 random_;
  JobQueue queue_{10'000'000};
  std::vector<std::unique_ptr<QueuedJob>> jobs_;
  int start_count_ = 0;
  std::map<const QueuedJob*, int> last_start_;
};

TEST(JobQueueModelTest, NobodyWaitsForMoreStartsThanTheBound) {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    EndlessJobs jobs(seed);
    for (int start = 1; start <= 20'000; ++start) {
      jobs.Start();
      if (start % 5'000 == 0) jobs.ChangeOne();
      jobs.Check();
      if (testing::Test::HasFatalFailure()) return;
    }
  }
}

}  // namespace
}  // namespace perfecthash
