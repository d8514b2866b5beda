#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/job_fixture.h"

namespace perfecthash {
namespace {

using testing::HasSubstr;

using JobUpdateTest = JobFixture;

TEST_F(JobUpdateTest, WhatIsGivenIsNamedAndNothingElse) {
  server_.Hold();
  MakeJob({"a"});
  const auto run = Run({"job", "update", "fake1", "--priority", "1",
                        "--max-concurrency", "0", "-o", "json"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("jobs/fake1"));
  const v1::UpdateJobRequest request = server_.last_update_request();
  EXPECT_EQ(request.job().name(), "jobs/fake1");
  EXPECT_THAT(request.update_mask().paths(),
              testing::UnorderedElementsAre(
                  "scheduling_policy.priority",
                  "concurrency_limits.max_concurrent_tables"));
  EXPECT_EQ(request.job().scheduling_policy().priority(), 1);
}

TEST_F(JobUpdateTest, EveryValueHasItsOption) {
  server_.Hold();
  MakeJob({"a"});
  EXPECT_EQ(Run({"job", "update", "fake1", "--max-threads", "3", "--max-memory",
                 "1MiB", "--fairness-weight", "2.5"})
                .exit_code,
            0);
  const v1::Job job = server_.last_update_request().job();
  EXPECT_EQ(job.concurrency_limits().max_threads(), 3);
  EXPECT_EQ(job.concurrency_limits().max_memory_bytes(), 1 << 20);
  EXPECT_EQ(job.scheduling_policy().fairness_weight(), 2.5f);
}

TEST_F(JobUpdateTest, NothingToChangeIsWrongUsage) {
  const auto run = Run({"job", "update", "fake1"});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.err, HasSubstr("nothing to change"));
}

}  // namespace
}  // namespace perfecthash
