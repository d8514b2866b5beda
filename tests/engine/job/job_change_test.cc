#include "engine/job/job_change.h"

#include <gtest/gtest.h>

#include "engine/job/active_job.h"
#include "engine/job/job_setup.h"

namespace perfecthash {
namespace {

constexpr ConcurrencyLimits kMost{
    .tables_max = 128, .threads_max = 4, .memory_bytes_max = 1'000};

class JobChangeTest : public testing::Test {
 protected:
  static ActiveJob::Setup SetupOf() {
    JobSpec spec;
    spec.items.resize(1);
    const NodeSelector selector({0}, NodePolicy::Mode::kRoundRobin);
    return *SetUpJob(std::move(spec), selector, kMost);
  }

  ActiveJob job_{SetupOf()};
};

TEST_F(JobChangeTest, WhatIsAbsentStays) {
  const QueuedJob::Change queued = ApplyChange({}, kMost, job_);
  EXPECT_FALSE(queued.tables_max.has_value());
  EXPECT_FALSE(queued.priority.has_value());
  EXPECT_FALSE(queued.fairness_weight.has_value());
  EXPECT_EQ(job_.threads.capacity(), ActiveJob::kUnlimited);
  EXPECT_EQ(job_.memory.capacity_bytes(), ActiveJob::kUnlimited);
}

TEST_F(JobChangeTest, LimitsAreClampedAndThoseOfTheEngineAreNotCounted) {
  QueuedJob::Change queued = ApplyChange(
      {.tables_max = 5, .threads_max = 3, .memory_bytes_max = 10}, kMost, job_);
  EXPECT_EQ(queued.tables_max, 5);
  EXPECT_EQ(job_.threads.capacity(), 3u);
  EXPECT_EQ(job_.memory.capacity_bytes(), 10u);
  queued = ApplyChange(
      {.tables_max = 0, .threads_max = 0, .memory_bytes_max = 5'000}, kMost,
      job_);
  EXPECT_EQ(queued.tables_max, 128);
  EXPECT_EQ(job_.threads.capacity(), ActiveJob::kUnlimited);
  EXPECT_EQ(job_.memory.capacity_bytes(), ActiveJob::kUnlimited);
}

TEST_F(JobChangeTest, PrioritiesAreTheQueues) {
  const QueuedJob::Change queued =
      ApplyChange({.priority = 2, .fairness_weight = 0.5}, kMost, job_);
  EXPECT_EQ(queued.priority, 2);
  EXPECT_EQ(queued.fairness_weight, 0.5);
}

}  // namespace
}  // namespace perfecthash
