#include "service/job/job_creator.h"

#include <gtest/gtest.h>

#include "service/rpc/proto_time.h"
#include "tests/service/job_planning_fixture.h"

namespace perfecthash {
namespace {

class JobCreatorTest : public JobPlanningFixture {};

TEST_F(JobCreatorTest, SubmitsAndRemembers) {
  const auto job = creator_->Create(Table(), kPeer);
  ASSERT_TRUE(job.ok()) << job.status();
  EXPECT_EQ(*jobs_.Find((*job)->name()), *job);
  EXPECT_EQ(engine_.last_id(), 1u);
  EXPECT_EQ((*job)->engine_id(), 1u);
  engine_.FinishAll(1);
  EXPECT_EQ((*job)->GetView().state, v1::Job::STATE_SUCCEEDED);
}

TEST_F(JobCreatorTest, TheSameRequestIsMadeOnce) {
  auto request = Table();
  request.set_request_id(kRequestId);
  (*request.mutable_labels())["a"] = "1";
  (*request.mutable_labels())["b"] = "2";
  const auto first = creator_->Create(request, kPeer);
  *request.mutable_wait() = ToDuration(std::chrono::seconds(1));
  const auto second = creator_->Create(request, kPeer);
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(*first, *second);
  EXPECT_EQ(engine_.last_id(), 1u);
  request.mutable_keys()->set_inline_keys("efgh");
  EXPECT_EQ(ReasonOf(creator_->Create(request, kPeer).status()),
            "REQUEST_ID_REUSED");
  auto bulk = Bulk(1);
  bulk.set_request_id(kRequestId);
  EXPECT_EQ(ReasonOf(creator_->Create(bulk, kPeer).status()),
            "REQUEST_ID_REUSED");
}

TEST_F(JobCreatorTest, ARefusalLeavesNothingBehind) {
  auto request = Table();
  request.set_request_id(kRequestId);
  engine_.set_submit_status(
      WithReason(absl::ResourceExhaustedError("full"), "QUEUE_FULL"));
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(ReasonOf(creator_->Create(request, kPeer).status()),
              "QUEUE_FULL");
  }
  engine_.set_submit_status(absl::OkStatus());
  EXPECT_TRUE(creator_->Create(request, kPeer).ok());
}

TEST_F(JobCreatorTest, ValidateOnlyMakesNothing) {
  auto request = Bulk(2);
  request.set_validate_only(true);
  const auto job = creator_->Create(request, kPeer);
  ASSERT_TRUE(job.ok()) << job.status();
  v1::Job shown;
  (*job)->FillJob(&shown);
  EXPECT_EQ(shown.name(), "");
  EXPECT_EQ(shown.progress().items_total(), 2);
  EXPECT_EQ(engine_.last_id(), 0u);
}

TEST_F(JobCreatorTest, CancelReachesTheEngine) {
  const auto job = creator_->Create(Bulk(2), kPeer);
  (*job)->Cancel("enough");
  EXPECT_EQ((*job)->GetView().state, v1::Job::STATE_CANCELLED);
}

TEST_F(JobCreatorTest, JobsAreBounded) {
  for (int i = 0; i < 3; ++i)
    ASSERT_TRUE(creator_->Create(Table(), kPeer).ok());
  EXPECT_EQ(ReasonOf(creator_->Create(Table(), kPeer).status()),
            "TOO_MANY_JOBS");
}

}  // namespace
}  // namespace perfecthash
