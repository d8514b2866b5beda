#include "engine/job/job_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <vector>

#include "tests/engine/job/queue_jobs.h"

namespace perfecthash {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;

constexpr QueueTime kStart{0};
const JobQueue::Slots kAllFree{NodeSet::FirstN(2), NodeSet::FirstN(2)};

class JobQueueTest : public testing::Test {
 protected:
  ~JobQueueTest() override {
    for (const auto& job : jobs_) {
      queue_.Drop(*job);
      while (job->running() > 0) queue_.Finish(*job);
    }
    EXPECT_EQ(queue_.items_queued(), 0);
    EXPECT_EQ(queue_.items_running(), 0);
    EXPECT_EQ(queue_.jobs_queued() + queue_.jobs_running(), 0);
  }

  QueuedJob& Push(const TestJob& options, QueueTime now = kStart) {
    jobs_.push_back(MakeJob(options));
    queue_.Push(*jobs_.back(), now);
    return *jobs_.back();
  }

  // Starts an item and ends it at once; null when nothing may start.
  const QueuedJob* RunOne() {
    const auto start = queue_.Pop(kAllFree, kStart);
    if (!start.has_value()) return nullptr;
    queue_.Finish(*start->job);
    queue_.CheckInvariants();
    return start->job;
  }

  JobQueue queue_{100'000};
  std::vector<std::unique_ptr<QueuedJob>> jobs_;
};

TEST_F(JobQueueTest, ItemsStartInTheOrderOfTheRequest) {
  QueuedJob& job = Push({.items = 3});
  for (int index = 0; index < 3; ++index) {
    const auto start = queue_.Pop(kAllFree, kStart);
    ASSERT_TRUE(start.has_value());
    EXPECT_EQ(start->job, &job);
    EXPECT_EQ(start->index, index);
  }
  EXPECT_FALSE(queue_.Pop(kAllFree, kStart).has_value());
  EXPECT_EQ(job.running(), 3);
}

TEST_F(JobQueueTest, AJobNeverRunsMoreThanItsCap) {
  QueuedJob& job = Push({.items = 5, .tables_max = 2});
  EXPECT_TRUE(queue_.Pop(kAllFree, kStart).has_value());
  EXPECT_TRUE(queue_.Pop(kAllFree, kStart).has_value());
  EXPECT_FALSE(queue_.Pop(kAllFree, kStart).has_value());
  queue_.Finish(job);
  EXPECT_TRUE(queue_.Pop(kAllFree, kStart).has_value());
  EXPECT_FALSE(queue_.Pop(kAllFree, kStart).has_value());
}

TEST_F(JobQueueTest, ARaisedCapIsThereForTheNextStart) {
  QueuedJob& job = Push({.items = 5, .tables_max = 1});
  EXPECT_TRUE(queue_.Pop(kAllFree, kStart).has_value());
  EXPECT_FALSE(queue_.Pop(kAllFree, kStart).has_value());
  queue_.Update(job, {.tables_max = 3});
  queue_.CheckInvariants();
  EXPECT_TRUE(queue_.Pop(kAllFree, kStart).has_value());
  EXPECT_TRUE(queue_.Pop(kAllFree, kStart).has_value());
  EXPECT_FALSE(queue_.Pop(kAllFree, kStart).has_value());
}

TEST_F(JobQueueTest, ALoweredCapStopsNothingAndStartsNothingUntilItFits) {
  QueuedJob& job = Push({.items = 9, .tables_max = 4});
  for (int i = 0; i < 4; ++i) queue_.Pop(kAllFree, kStart);
  queue_.Update(job, {.tables_max = 2});
  queue_.CheckInvariants();
  EXPECT_EQ(job.running(), 4);
  for (int i = 0; i < 2; ++i) {
    EXPECT_FALSE(queue_.Pop(kAllFree, kStart).has_value());
    queue_.Finish(job);
  }
  EXPECT_FALSE(queue_.Pop(kAllFree, kStart).has_value());
  queue_.Finish(job);
  EXPECT_TRUE(queue_.Pop(kAllFree, kStart).has_value());
  EXPECT_FALSE(queue_.Pop(kAllFree, kStart).has_value());
}

TEST_F(JobQueueTest, AChangedPriorityHoldsFromTheNextStart) {
  QueuedJob& raised = Push({.items = 100, .priority = 5, .key = "a"});
  const QueuedJob& left = Push({.items = 100, .priority = 5, .key = "a"});
  const QueuedJob& other = Push({.items = 100, .priority = 3});
  EXPECT_EQ(RunOne(), &other);
  queue_.Update(raised, {.priority = 1});
  EXPECT_EQ(raised.options().priority, 1);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(RunOne(), &raised) << i;
  queue_.Update(raised, {.priority = 5});
  EXPECT_EQ(RunOne(), &other);
  EXPECT_EQ(left.running() + left.ended(), 0);
}

TEST_F(JobQueueTest, AChangedWeightHoldsFromTheNextStart) {
  QueuedJob& a = Push({.items = 5'000, .key = "a"});
  const QueuedJob& b = Push({.items = 5'000, .key = "b"});
  for (int i = 0; i < 1'000; ++i) RunOne();
  queue_.Update(a, {.fairness_weight = 4});
  std::map<const QueuedJob*, int> starts;
  for (int i = 0; i < 1'000; ++i) ++starts[RunOne()];
  EXPECT_NEAR(starts[&a], 800, 2);
  EXPECT_NEAR(starts[&b], 200, 2);
}

TEST_F(JobQueueTest, WhatIsNotChangedStays) {
  QueuedJob& job = Push(
      {.items = 3, .priority = 2, .key = "a", .weight = 2, .tables_max = 7});
  queue_.Update(job, {});
  EXPECT_EQ(job.options().priority, 2);
  EXPECT_EQ(job.options().fairness_weight, 2);
  EXPECT_EQ(job.options().tables_max, 7);
  EXPECT_EQ(RunOne(), &job);
}

TEST_F(JobQueueTest, AJobWithNothingLeftToStartMayBeChanged) {
  QueuedJob& job = Push({.items = 1});
  queue_.Pop(kAllFree, kStart);
  queue_.Update(job, {.priority = 1, .tables_max = 1});
  queue_.CheckInvariants();
  queue_.Finish(job);
  EXPECT_FALSE(job.in_queue());
}

TEST_F(JobQueueTest, AFullQueueHasNoRoom) {
  JobQueue queue(10);
  const auto job = MakeJob({.items = 8});
  queue.Push(*job, kStart);
  EXPECT_TRUE(queue.HasRoomFor(2));
  EXPECT_FALSE(queue.HasRoomFor(3));
  ASSERT_TRUE(queue.Pop(kAllFree, kStart).has_value());
  EXPECT_TRUE(queue.HasRoomFor(3));
  queue.Drop(*job);
  EXPECT_TRUE(queue.HasRoomFor(10));
  queue.Finish(*job);
}

TEST_F(JobQueueTest, AHigherClassGoesFirst) {
  const QueuedJob& low = Push({.items = 10, .priority = 5});
  const QueuedJob& high = Push({.items = 10, .priority = 1});
  for (int i = 0; i < 10; ++i) EXPECT_EQ(RunOne(), &high) << i;
  EXPECT_EQ(RunOne(), &low);
}

TEST_F(JobQueueTest, NoClassWaitsForMoreThanEightyStarts) {
  std::map<const QueuedJob*, int> last;
  for (int priority = 1; priority <= 5; ++priority) {
    last[&Push({.items = 10'000, .priority = priority})] = 0;
  }
  int starts_of_first = 0;
  for (int start = 1; start <= 8'000; ++start) {
    const QueuedJob* job = RunOne();
    ASSERT_NE(job, nullptr);
    last[job] = start;
    if (job->options().priority == 1) ++starts_of_first;
    for (const auto& [waiting, started] : last) {
      EXPECT_LE(start - started, 80) << waiting->options().priority;
    }
  }
  EXPECT_GE(starts_of_first, 8'000 * 15 / 16);
}

TEST_F(JobQueueTest, KeysShareByWeight) {
  const QueuedJob& a = Push({.items = 5'000, .key = "a", .weight = 1});
  const QueuedJob& b = Push({.items = 5'000, .key = "b", .weight = 3});
  std::map<const QueuedJob*, int> starts;
  for (int i = 0; i < 1'000; ++i) ++starts[RunOne()];
  EXPECT_NEAR(starts[&a], 250, 2);
  EXPECT_NEAR(starts[&b], 750, 2);
}

TEST_F(JobQueueTest, JobsOfOneKeyShareOneShare) {
  const QueuedJob& alone = Push({.items = 5'000, .key = "a"});
  for (int i = 0; i < 9; ++i) Push({.items = 5'000, .key = "b"});
  int starts = 0;
  for (int i = 0; i < 1'000; ++i) starts += RunOne() == &alone ? 1 : 0;
  EXPECT_NEAR(starts, 500, 1);
}

TEST_F(JobQueueTest, TinyWeightsCostNoRounds) {
  const QueuedJob& tiny = Push({.items = 3, .key = "a", .weight = 0.001});
  const QueuedJob& huge = Push({.items = 100, .key = "b", .weight = 1000});
  EXPECT_EQ(RunOne(), &tiny);  // both have no start: the older one
  for (int i = 0; i < 100; ++i) EXPECT_EQ(RunOne(), &huge);
  EXPECT_EQ(RunOne(), &tiny);
  EXPECT_EQ(RunOne(), &tiny);
}

TEST_F(JobQueueTest, AKeySavesNothingUpWhileItIsAway) {
  const QueuedJob& a = Push({.items = 5'000, .key = "a"});
  for (int i = 0; i < 2'000; ++i) RunOne();
  Push({.items = 5'000, .key = "b"});
  int starts = 0;
  for (int i = 0; i < 100; ++i) starts += RunOne() == &a ? 1 : 0;
  EXPECT_NEAR(starts, 50, 1);
}

// The order in which a short job behind a long one ends.
class ShortJobBehindLongJob : public JobQueueTest,
                              public testing::WithParamInterface<const char*> {
};

TEST_P(ShortJobBehindLongJob, EndsAfterTwiceItsOwnStarts) {
  const QueuedJob& long_job = Push({.items = 13'637, .key = "long"});
  for (int i = 0; i < 100; ++i) EXPECT_EQ(RunOne(), &long_job);
  const QueuedJob& short_job = Push({.items = 200, .key = GetParam()});
  int starts = 0;
  while (short_job.in_queue()) {
    RunOne();
    ++starts;
  }
  EXPECT_LE(starts, 401);
  EXPECT_GT(long_job.queued(), 13'000);
}

INSTANTIATE_TEST_SUITE_P(SameOrOtherKey, ShortJobBehindLongJob,
                         testing::Values("long", "short"));

TEST_F(JobQueueTest, AJobForABusyNodeDoesNotHoldBackTheOthers) {
  QueuedJob& busy = Push({.items = 5, .key = "a", .nodes = NodeSet::Of(0)});
  const QueuedJob& other =
      Push({.items = 5, .key = "a", .nodes = NodeSet::Of(1)});
  const auto start = queue_.Pop({NodeSet::Of(1), {}}, kStart);
  ASSERT_TRUE(start.has_value());
  EXPECT_EQ(start->job, &other);
  EXPECT_EQ(start->nodes, NodeSet::Of(1));
  EXPECT_EQ(busy.running(), 0);
}

TEST_F(JobQueueTest, AKeyPassedOverForItsBusyNodeDoesNotCatchUp) {
  const QueuedJob& busy =
      Push({.items = 1'000, .key = "a", .nodes = NodeSet::Of(0)});
  const QueuedJob& other =
      Push({.items = 1'000, .key = "b", .nodes = NodeSet::FirstN(2)});
  for (int i = 0; i < 500; ++i) {
    const auto start = queue_.Pop({NodeSet::Of(1), {}}, kStart);
    ASSERT_EQ(start->job, &other);
    queue_.Finish(*start->job);
  }
  int starts = 0;
  for (int i = 0; i < 100; ++i) starts += RunOne() == &busy ? 1 : 0;
  EXPECT_NEAR(starts, 50, 2);
}

TEST_F(JobQueueTest, ReserveSlotsAreForJobsWithNothingRunning) {
  const JobQueue::Slots only_reserve{{}, NodeSet::Of(0)};
  QueuedJob& hard = Push({.items = 100});
  ASSERT_TRUE(queue_.Pop(kAllFree, kStart).has_value());
  EXPECT_FALSE(queue_.Pop(only_reserve, kStart).has_value());

  QueuedJob& quick = Push({.items = 2});
  const auto first = queue_.Pop(only_reserve, kStart);
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(first->job, &quick);
  EXPECT_FALSE(queue_.Pop(only_reserve, kStart).has_value());
  queue_.Finish(quick);
  EXPECT_TRUE(queue_.Pop(only_reserve, kStart).has_value());
  EXPECT_EQ(hard.running(), 1);
}

TEST_F(JobQueueTest, AffinityItemsStartWhereTheyBelong) {
  QueuedJob::Options options;
  options.tables_max = 10;
  options.items = {{NodeSet::Of(0), {0, 2}}, {NodeSet::Of(1), {1, 3}}};
  QueuedJob job(std::move(options));
  queue_.Push(job, kStart);
  const JobQueue::Slots second{NodeSet::Of(1), {}};
  EXPECT_EQ(queue_.Pop(second, kStart)->index, 1);
  EXPECT_EQ(queue_.Pop(second, kStart)->index, 3);
  EXPECT_FALSE(queue_.Pop(second, kStart).has_value());
  queue_.CheckInvariants();
  EXPECT_THAT(queue_.Drop(job), ElementsAre(0, 2));
  queue_.Finish(job);
  queue_.Finish(job);
  EXPECT_FALSE(job.in_queue());
}

TEST_F(JobQueueTest, DroppedItemsAreGoneAtOnce) {
  QueuedJob& job = Push({.items = 5});
  ASSERT_TRUE(queue_.Pop(kAllFree, kStart).has_value());
  EXPECT_THAT(queue_.Drop(job), ElementsAre(1, 2, 3, 4));
  EXPECT_TRUE(queue_.Drop(job).empty());
  EXPECT_EQ(queue_.items_queued(), 0);
  EXPECT_TRUE(job.in_queue());
  EXPECT_FALSE(queue_.Pop(kAllFree, kStart).has_value());
  queue_.Finish(job);
  EXPECT_FALSE(job.in_queue());
}

TEST_F(JobQueueTest, AJobThatDoesNotStartInTimeExpires) {
  QueuedJob& job = Push({.items = 2, .queue_timeout = milliseconds(10)});
  EXPECT_EQ(queue_.next_expiry(), milliseconds(10));
  EXPECT_EQ(queue_.TakeExpired(milliseconds(9)), nullptr);
  EXPECT_EQ(queue_.TakeExpired(milliseconds(10)), &job);
  EXPECT_EQ(job.expired(), QueuedJob::Expiry::kQueue);
  EXPECT_EQ(queue_.TakeExpired(milliseconds(10)), nullptr);
  EXPECT_EQ(queue_.next_expiry(), std::nullopt);
}

TEST_F(JobQueueTest, AStartedJobHasItsExecutionTimeFromTheStart) {
  QueuedJob& job = Push({.items = 2,
                         .queue_timeout = milliseconds(10),
                         .execution_timeout = milliseconds(5)});
  ASSERT_TRUE(queue_.Pop(kAllFree, milliseconds(8)).has_value());
  EXPECT_EQ(queue_.TakeExpired(milliseconds(12)), nullptr);
  EXPECT_EQ(queue_.TakeExpired(milliseconds(13)), &job);
  EXPECT_EQ(job.expired(), QueuedJob::Expiry::kExecution);
}

TEST_F(JobQueueTest, AnEndedJobDoesNotExpire) {
  Push({.items = 1, .execution_timeout = milliseconds(5)});
  RunOne();
  EXPECT_EQ(queue_.next_expiry(), std::nullopt);
}

}  // namespace
}  // namespace perfecthash
