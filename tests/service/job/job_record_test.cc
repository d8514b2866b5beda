#include "service/job/job_record.h"

#include <gtest/gtest.h>

#include "engine/base/error_reason.h"
#include "service/job/job_message.h"
#include "tests/service/job_builder.h"
#include "tests/support/fake_engine.h"

namespace perfecthash {
namespace {

class JobRecordTest : public testing::Test {
 protected:
  static absl::Status Unsolved() {
    return WithReason(absl::AbortedError("no luck"), "NO_SOLUTION");
  }

  void ExpectSumsAddUp(const JobRecord& job) {
    v1::JobProgress p;
    job.FillProgress(&p);
    EXPECT_EQ(p.items_total(), p.items_queued() + p.items_running() +
                                   p.items_succeeded() + p.items_failed() +
                                   p.items_cancelled());
  }

  v1::Job Show(const JobRecord& job) {
    v1::Job shown;
    job.FillJob(&shown);
    return shown;
  }

  CountingListener listener_;
};

TEST_F(JobRecordTest, EveryChangeRaisesTheRevision) {
  const auto job = MakeJob(2, &listener_);
  std::int64_t last = job->GetView().revision;
  const auto expect_rise = [&] {
    EXPECT_GT(job->GetView().revision, last);
    last = job->GetView().revision;
    ExpectSumsAddUp(*job);
  };
  job->OnItemStarted(0, 0);
  expect_rise();
  job->OnItemFinished(0, FakeEngine::Success());
  expect_rise();
  StartAndFinish(*job, 1, FakeEngine::Success());
  expect_rise();
  job->OnJobFinished(JobEnd::kCompleted);
  expect_rise();
  EXPECT_EQ(listener_.changed, 5);
  EXPECT_EQ(listener_.finished, 1);
}

TEST_F(JobRecordTest, GoesThroughItsStates) {
  const auto job = MakeJob(2, &listener_);
  EXPECT_EQ(Show(*job).state(), v1::Job::STATE_QUEUED);
  EXPECT_FALSE(Show(*job).has_start_time());
  job->OnItemStarted(1, 0);
  EXPECT_EQ(Show(*job).state(), v1::Job::STATE_RUNNING);
  EXPECT_EQ(job->ItemState(1), v1::JobItem::STATE_RUNNING);
  job->OnItemFinished(1, FakeEngine::Success(7));
  StartAndFinish(*job, 0, FakeEngine::Success(5));
  EXPECT_FALSE(job->GetView().finished);
  job->OnJobFinished(JobEnd::kCompleted);
  const v1::Job done = Show(*job);
  EXPECT_EQ(done.state(), v1::Job::STATE_SUCCEEDED);
  EXPECT_TRUE(done.has_end_time());
  EXPECT_FALSE(done.has_error());
  EXPECT_EQ(done.progress().keys_done(), 12);
  EXPECT_EQ(done.progress().attempts(), 6);
  EXPECT_EQ(done.progress().nodes(0).items_done(), 2);
  EXPECT_EQ(done.progress().nodes(0).items_running(), 0);
}

TEST_F(JobRecordTest, SomeFailuresAreAPartialSuccess) {
  const auto job = MakeJob(2, &listener_);
  StartAndFinish(*job, 0, FakeEngine::Failure(Unsolved()));
  StartAndFinish(*job, 1, FakeEngine::Success());
  job->OnJobFinished(JobEnd::kCompleted);
  const v1::Job done = Show(*job);
  EXPECT_EQ(done.state(), v1::Job::STATE_PARTIALLY_SUCCEEDED);
  EXPECT_EQ(done.error().message(), "no luck");
}

TEST_F(JobRecordTest, NoSuccessIsAFailureWithTheFirstError) {
  const auto job = MakeJob(2, &listener_);
  StartAndFinish(*job, 1, FakeEngine::Failure(Unsolved()));
  StartAndFinish(*job, 0, FakeEngine::Failure(absl::InternalError("later")));
  job->OnJobFinished(JobEnd::kCompleted);
  const v1::Job done = Show(*job);
  EXPECT_EQ(done.state(), v1::Job::STATE_FAILED);
  EXPECT_EQ(done.error().message(), "no luck");
}

TEST_F(JobRecordTest, CancelTellsTheEngineOnce) {
  const auto job = MakeJob(1, &listener_);
  int cancels = 0;
  job->Attach({.id = 1,
               .count_attempts = [] { return 0u; },
               .cancel = [&] { ++cancels; }});
  job->Cancel("enough");
  job->Cancel("again");
  EXPECT_EQ(cancels, 1);
  EXPECT_EQ(Show(*job).state(), v1::Job::STATE_CANCELLING);
  job->OnItemFinished(0, {.result = absl::CancelledError("cancelled")});
  job->OnJobFinished(JobEnd::kCancelled);
  const v1::Job done = Show(*job);
  EXPECT_EQ(done.state(), v1::Job::STATE_CANCELLED);
  EXPECT_EQ(done.error().message(), "enough");
  EXPECT_EQ(done.progress().items_cancelled(), 1);
  job->Cancel("too late");
  EXPECT_EQ(Show(*job).state(), v1::Job::STATE_CANCELLED);
}

TEST_F(JobRecordTest, ExpiryIsAnErrorOfItsOwn) {
  const auto job = MakeJob(1, &listener_);
  job->OnItemFinished(0, {.result = absl::CancelledError("expired")});
  job->OnJobFinished(JobEnd::kExpired);
  EXPECT_EQ(Show(*job).state(), v1::Job::STATE_EXPIRED);
  EXPECT_EQ(Show(*job).error().code(), 4);
}

TEST_F(JobRecordTest, AttemptsComeFromTheEngineWhileItKnows) {
  const auto job = MakeJob(1, &listener_);
  std::uint64_t attempts = 40;
  job->Attach(
      {.id = 1, .count_attempts = [&] { return attempts; }, .cancel = [] {}});
  const std::int64_t before = job->GetView().revision;
  job->RefreshAttempts(std::chrono::steady_clock::now());
  EXPECT_GT(job->GetView().revision, before);
  EXPECT_EQ(Show(*job).progress().attempts(), 40);
  StartAndFinish(*job, 0, FakeEngine::Failure(Unsolved()));
  attempts = 55;
  job->OnJobFinished(JobEnd::kCompleted);
  attempts = 0;
  job->RefreshAttempts(std::chrono::steady_clock::now());
  EXPECT_EQ(Show(*job).progress().attempts(), 55);
}

TEST_F(JobRecordTest, AttemptsOfAJobThatWasQuickerThanItsLinkAreCounted) {
  const auto job = MakeJob(2, &listener_);
  JobRecord::ItemOutcome unsolved = FakeEngine::Failure(Unsolved());
  unsolved.attempts = 9;
  StartAndFinish(*job, 0, std::move(unsolved));
  StartAndFinish(*job, 1, FakeEngine::Success());
  job->OnJobFinished(JobEnd::kCompleted);
  job->Attach({.id = 1, .count_attempts = [] { return 0; }, .cancel = [] {}});
  EXPECT_EQ(Show(*job).progress().attempts(), 12);
}

TEST_F(JobRecordTest, FinishedItemsAreFoundByRevision) {
  const auto job = MakeJob(3, &listener_);
  StartAndFinish(*job, 2, FakeEngine::Success());
  const std::int64_t seen = job->GetView().revision;
  StartAndFinish(*job, 0, FakeEngine::Success());
  StartAndFinish(*job, 1, FakeEngine::Success());
  EXPECT_EQ(job->FinishedPosition(0), 0u);
  EXPECT_EQ(job->FinishedPosition(seen), 1u);
  const auto since = job->FinishedItems(1, 10);
  ASSERT_EQ(since.size(), 2u);
  EXPECT_EQ(since[0].index, 0);
  EXPECT_EQ(since[1].index, 1);
  EXPECT_EQ(job->FinishedPosition(job->GetView().revision), 3u);
  // A revision of another life: from the beginning.
  EXPECT_EQ(job->FinishedPosition(1'000'000), 0u);
}

TEST_F(JobRecordTest, ATableJobShowsItsResult) {
  JobRecord::ItemOutcome outcome = FakeEngine::Success();
  outcome.result->files = {{.filename = "table.c", .size_bytes = 3}};
  const auto job = std::make_shared<JobRecord>(
      DescribeJob(1, v1::Job::KIND_TABLE), &listener_);
  StartAndFinish(*job, 0, outcome);
  job->OnJobFinished(JobEnd::kCompleted);
  const v1::TableResult result = Show(*job).table_result();
  EXPECT_EQ(result.key_count(), 10);
  EXPECT_EQ(result.seeds_size(), 2);
  ASSERT_EQ(result.artifacts_size(), 1);
  EXPECT_EQ(result.artifacts(0).name(),
            job->name() + "/items/0/artifacts/table.c");
}

TEST_F(JobRecordTest, ItemsShowResultOrError) {
  const auto job = MakeJob(3, &listener_);
  StartAndFinish(*job, 0, FakeEngine::Success());
  StartAndFinish(*job, 1, FakeEngine::Failure(Unsolved()));
  v1::JobItem item;
  FillJobItem(*job, 0, &item);
  EXPECT_EQ(item.state(), v1::JobItem::STATE_SUCCEEDED);
  EXPECT_EQ(item.item_id(), "item 0");
  EXPECT_EQ(item.result().hash_function(), "Jenkins");
  item.Clear();
  FillJobItem(*job, 1, &item);
  EXPECT_EQ(item.state(), v1::JobItem::STATE_FAILED);
  EXPECT_EQ(item.error().message(), "no luck");
  item.Clear();
  FillJobItem(*job, 2, &item);
  EXPECT_EQ(item.state(), v1::JobItem::STATE_QUEUED);
  EXPECT_EQ(item.name(), job->name() + "/items/2");
}

}  // namespace
}  // namespace perfecthash
