#include "engine/job/queued_job.h"

#include <gtest/gtest.h>

#include "engine/job/job_queue.h"
#include "tests/engine/job/queue_jobs.h"

namespace perfecthash {
namespace {

TEST(QueuedJobTest, ItCountsTheItemsOfAllItsNodes) {
  QueuedJob::Options options;
  options.items = {
      {NodeSet::Of(0), {0, 2}}, {NodeSet::Of(1), {}}, {NodeSet::Of(2), {1}}};
  const QueuedJob job(std::move(options));
  EXPECT_EQ(job.item_count(), 3);
  EXPECT_FALSE(job.in_queue());
  EXPECT_FALSE(job.started());
}

TEST(QueuedJobTest, ItsCountsAddUpAtEachStep) {
  JobQueue queue(10);
  const auto job = MakeJob({.items = 3});
  const auto expect = [&](int queued, int running, int ended) {
    EXPECT_EQ(job->queued(), queued);
    EXPECT_EQ(job->running(), running);
    EXPECT_EQ(job->ended(), ended);
  };
  queue.Push(*job, QueueTime(5));
  EXPECT_EQ(job->submit_time(), QueueTime(5));
  expect(3, 0, 0);
  const NodeSet node = NodeSet::Of(0);
  queue.Pop({node, node}, QueueTime(6));
  EXPECT_TRUE(job->started());
  expect(2, 1, 0);
  queue.Drop(*job);
  expect(0, 1, 2);
  queue.Finish(*job);
  expect(0, 0, 3);
  EXPECT_FALSE(job->in_queue());
}

TEST(QueuedJobTest, ATimeoutBeyondAllTimeNeverRunsOut) {
  JobQueue queue(10);
  const auto job =
      MakeJob({.items = 1, .queue_timeout = std::chrono::nanoseconds::max()});
  queue.Push(*job, std::chrono::hours(1));
  EXPECT_EQ(queue.next_expiry(), std::nullopt);
  queue.Drop(*job);
}

}  // namespace
}  // namespace perfecthash
