#include "engine/job/job_setup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "engine/base/error_reason.h"

namespace perfecthash {
namespace {

using ::testing::ElementsAre;

constexpr ConcurrencyLimits kMost{
    .tables_max = 128, .threads_max = 4, .memory_bytes_max = 1'000'000};

TEST(JobSetupTest, ZeroIsAllThereIsAndMoreIsClamped) {
  const ConcurrencyLimits all = ClampLimits({}, kMost);
  EXPECT_EQ(all.tables_max, 128);
  EXPECT_EQ(all.threads_max, 4);
  EXPECT_EQ(all.memory_bytes_max, 1'000'000u);
  const ConcurrencyLimits more = ClampLimits(
      {.tables_max = 500, .threads_max = 500, .memory_bytes_max = 1u << 30},
      kMost);
  EXPECT_EQ(more.tables_max, 128);
  EXPECT_EQ(more.threads_max, 4);
  EXPECT_EQ(more.memory_bytes_max, 1'000'000u);
  const ConcurrencyLimits less = ClampLimits(
      {.tables_max = 5, .threads_max = 1, .memory_bytes_max = 10}, kMost);
  EXPECT_EQ(less.tables_max, 5);
  EXPECT_EQ(less.threads_max, 1);
  EXPECT_EQ(less.memory_bytes_max, 10u);
}

class SetUpJobTest : public testing::Test {
 protected:
  SetUpJobTest() {
    spec_.items.resize(3);
    spec_.scheduling.priority = 2;
    spec_.scheduling.fairness_key = "me";
    spec_.scheduling.fairness_weight = 2.5;
    spec_.scheduling.queue_timeout = std::chrono::seconds(1);
    spec_.scheduling.execution_timeout = std::chrono::seconds(2);
  }

  const NodeSelector selector_{{0, 3}, NodePolicy::Mode::kRoundRobin};
  JobSpec spec_;
};

TEST_F(SetUpJobTest, TheQueueGetsItemsAndPolicies) {
  spec_.limits.tables_max = 7;
  const auto setup = SetUpJob(spec_, selector_, kMost);
  ASSERT_TRUE(setup.ok());
  EXPECT_EQ(setup->queue.priority, 2);
  EXPECT_EQ(setup->queue.fairness_key, "me");
  EXPECT_EQ(setup->queue.fairness_weight, 2.5);
  EXPECT_EQ(setup->queue.tables_max, 7);
  EXPECT_EQ(setup->queue.queue_timeout, std::chrono::seconds(1));
  EXPECT_EQ(setup->queue.execution_timeout, std::chrono::seconds(2));
  ASSERT_EQ(setup->queue.items.size(), 1u);
  EXPECT_THAT(setup->queue.items[0].indices, ElementsAre(0, 1, 2));
  ASSERT_EQ(setup->nodes.size(), 2u);
  EXPECT_EQ(setup->nodes[1].node_id, 3);
}

TEST_F(SetUpJobTest, OnlyAJobsOwnLimitsAreCounted) {
  const auto unlimited = SetUpJob(spec_, selector_, kMost);
  ASSERT_TRUE(unlimited.ok());
  EXPECT_EQ(unlimited->memory_bytes_max, ActiveJob::kUnlimited);
  EXPECT_EQ(unlimited->threads_max, ActiveJob::kUnlimited);
  EXPECT_EQ(unlimited->spec.limits.threads_max, 4);
  spec_.limits = {.threads_max = 3, .memory_bytes_max = 999'999};
  const auto limited = SetUpJob(spec_, selector_, kMost);
  ASSERT_TRUE(limited.ok());
  EXPECT_EQ(limited->memory_bytes_max, 999'999u);
  EXPECT_EQ(limited->threads_max, 3u);
}

TEST_F(SetUpJobTest, ShortestFirstIsAnOrderOfTheQueuesItems) {
  spec_.items[0].size_hint_bytes = 30;
  spec_.items[2].size_hint_bytes = 20;
  spec_.scheduling.item_order = ItemOrder::kShortestFirst;
  const auto setup = SetUpJob(spec_, selector_, kMost);
  ASSERT_TRUE(setup.ok());
  EXPECT_THAT(setup->queue.items[0].indices, ElementsAre(2, 0, 1));
}

TEST_F(SetUpJobTest, AnUnknownNodeIsAnError) {
  spec_.nodes.node_ids = {1};
  EXPECT_EQ(ReasonOf(SetUpJob(spec_, selector_, kMost).status()),
            "NODE_UNKNOWN");
}

}  // namespace
}  // namespace perfecthash
