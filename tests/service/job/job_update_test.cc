#include "service/job/job_update.h"

#include <gtest/gtest.h>

#include "engine/base/error_reason.h"
#include "tests/service/job_builder.h"
#include "tests/support/fake_engine.h"

namespace perfecthash {
namespace {

class JobUpdateTest : public testing::Test {
 protected:
  void Name(const char* path) {
    request_.mutable_update_mask()->add_paths(path);
  }
  std::string Reason() {
    return ReasonOf(ReadJobUpdate(request_, engine_).status());
  }

  FakeEngine engine_;
  v1::UpdateJobRequest request_;
  v1::Job& job_ = *request_.mutable_job();
};

TEST_F(JobUpdateTest, WhatIsNamedIsClampedAndShown) {
  job_.mutable_concurrency_limits()->set_max_concurrent_tables(1'000);
  job_.mutable_concurrency_limits()->set_max_memory_bytes(4096);
  job_.mutable_scheduling_policy()->set_fairness_weight(2.5f);
  Name("concurrency_limits.max_concurrent_tables");
  Name("concurrency_limits.max_memory_bytes");
  Name("scheduling_policy.fairness_weight");
  const auto update = ReadJobUpdate(request_, engine_);
  ASSERT_TRUE(update.ok()) << update.status();
  EXPECT_EQ(update->change.tables_max, 64);
  EXPECT_EQ(update->change.memory_bytes_max, 4096u);
  EXPECT_EQ(update->change.fairness_weight, 2.5);
  EXPECT_FALSE(update->change.threads_max.has_value());
  EXPECT_FALSE(update->change.priority.has_value());
  v1::Job shown;
  shown.mutable_scheduling_policy()->set_priority(5);
  ApplyUpdate(update->shown, &shown);
  EXPECT_EQ(shown.concurrency_limits().max_concurrent_tables(), 64);
  EXPECT_EQ(shown.scheduling_policy().fairness_weight(), 2.5f);
  EXPECT_EQ(shown.scheduling_policy().priority(), 5);
  EXPECT_EQ(shown.concurrency_limits().max_threads(), 0);
}

TEST_F(JobUpdateTest, ZeroIsTheDefaultAsInARequestForAJob) {
  Name("concurrency_limits.max_threads");
  Name("scheduling_policy.priority");
  const auto update = ReadJobUpdate(request_, engine_);
  ASSERT_TRUE(update.ok()) << update.status();
  EXPECT_EQ(update->change.threads_max, 4);
  EXPECT_EQ(update->change.priority, 3);
}

TEST_F(JobUpdateTest, WrongValuesAreRefusedOnlyWhereTheyCount) {
  job_.mutable_scheduling_policy()->set_priority(9);
  job_.mutable_concurrency_limits()->set_max_threads(-1);
  Name("scheduling_policy.fairness_weight");
  EXPECT_EQ(Reason(), "");
  Name("scheduling_policy.priority");
  EXPECT_EQ(Reason(), "INVALID_FIELD");
  request_.mutable_update_mask()->clear_paths();
  Name("concurrency_limits.max_threads");
  EXPECT_EQ(Reason(), "INVALID_FIELD");
}

TEST_F(JobUpdateTest, WhatCannotBeChangedIsRefused) {
  EXPECT_EQ(Reason(), "INVALID_FIELD") << "nothing is named";
  for (const char* path : {"display_name", "scheduling_policy", "*", "x.y"}) {
    request_.mutable_update_mask()->clear_paths();
    Name(path);
    EXPECT_EQ(Reason(), "INVALID_FIELD") << path;
  }
}

}  // namespace
}  // namespace perfecthash
