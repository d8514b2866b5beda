#include "engine/job/running_tables.h"

#include <gtest/gtest.h>

#include <memory>

#include "engine/job/job_queue.h"
#include "engine/job/job_setup.h"

namespace perfecthash {
namespace {

TEST(RunningTablesTest, TheLastStartTakesTheTokenOfWhatWasQueued) {
  JobSpec spec;
  spec.items.resize(2);
  spec.items[1].name = "second";
  const NodeSelector selector({0}, NodePolicy::Mode::kRoundRobin);
  ActiveJob::Setup setup =
      *SetUpJob(std::move(spec), selector, {.tables_max = 10});
  bool ended = false;
  setup.on_last_token = [&] { ended = true; };
  const auto job = std::make_shared<ActiveJob>(std::move(setup));
  job->queue_token = job->account.Open();
  JobQueue queue(10);
  queue.Push(*job, QueueTime(0));
  RunningTables running;
  const JobQueue::Slots slots{NodeSet::Of(0), NodeSet::Of(0)};

  queue.Pop(slots, QueueTime(1));
  RunningTable& first = running.Start(job, 0, QueueTime(1));
  EXPECT_TRUE(job->queue_token.held());
  queue.Pop(slots, QueueTime(2));
  RunningTable& second = running.Start(job, 1, QueueTime(2));
  EXPECT_FALSE(job->queue_token.held());
  EXPECT_EQ(job->account.outstanding(), 2);

  EXPECT_EQ(&*running.begin(), &first);
  const WorkItem work = second.Describe(QueueTime(5));
  EXPECT_EQ(work.index, 1);
  EXPECT_EQ(work.name, "second");
  EXPECT_EQ(work.age, QueueTime(3));

  running.Remove(first);
  EXPECT_EQ(running.size(), 1u);
  EXPECT_FALSE(ended);
  running.Remove(second);
  EXPECT_TRUE(running.empty());
  EXPECT_TRUE(ended);
  queue.Finish(*job);
  queue.Finish(*job);
}

}  // namespace
}  // namespace perfecthash
