#include "service/job/job_store.h"

#include <gtest/gtest.h>

#include "engine/base/error_reason.h"
#include "tests/service/job/job_store_fixture.h"
#include "tests/support/fake_engine.h"

namespace perfecthash {
namespace {

constexpr char kRequestId[] = "0190b7c8-0000-7000-8000-000000000001";

using JobStoreTest = JobStoreFixture;

TEST_F(JobStoreTest, FindsByName) {
  const auto store = MakeStore({});
  const auto job = Add(*store);
  EXPECT_EQ(*store->Find(job->name()), job);
  EXPECT_EQ(ReasonOf(store->Find("jobs/" + NewUuid()).status()),
            "JOB_NOT_FOUND");
  EXPECT_EQ(ReasonOf(store->Find("jobs/../../etc").status()), "INVALID_FIELD");
  EXPECT_EQ(ReasonOf(store->Find("").status()), "INVALID_FIELD");
}

TEST_F(JobStoreTest, TheSameRequestIsTheSameJob) {
  const auto store = MakeStore({});
  const auto job = Add(*store, 1, kRequestId);
  const auto again = store->Reserve(kRequestId, "f");
  ASSERT_TRUE(again.ok());
  EXPECT_FALSE(again->reserved);
  EXPECT_EQ(again->existing, job);
  EXPECT_EQ(ReasonOf(store->Reserve(kRequestId, "other").status()),
            "REQUEST_ID_REUSED");
}

TEST_F(JobStoreTest, ARequestInProgressIsToBeAskedAgain) {
  const auto store = MakeStore({});
  EXPECT_TRUE(store->Reserve(kRequestId, "f")->reserved);
  const auto second = store->Reserve(kRequestId, "f");
  EXPECT_TRUE(absl::IsUnavailable(second.status()));
  EXPECT_EQ(ReasonOf(second.status()), "REQUEST_IN_PROGRESS");
  store->Abandon(kRequestId);
  EXPECT_TRUE(store->Reserve(kRequestId, "g")->reserved);
}

TEST_F(JobStoreTest, UnfinishedJobsAreBounded) {
  const auto store = MakeStore({.unfinished_jobs_max = 2});
  const auto first = Add(*store);
  Add(*store);
  const auto third = store->Reserve("", "f");
  EXPECT_TRUE(absl::IsResourceExhausted(third.status()));
  EXPECT_EQ(ReasonOf(third.status()), "TOO_MANY_JOBS");
  Finish(*first);
  EXPECT_TRUE(store->Reserve("", "f").ok());
}

TEST_F(JobStoreTest, TheOldestFinishedAreForgotten) {
  const auto store = MakeStore({.finished_jobs_max = 2});
  std::vector<std::shared_ptr<JobRecord>> jobs;
  for (int i = 0; i < 4; ++i) jobs.push_back(Add(*store));
  for (const int i : {2, 0, 1}) Finish(*jobs[static_cast<std::size_t>(i)]);
  EXPECT_EQ(forgotten_, std::vector<std::string>{jobs[2]->name()});
  EXPECT_FALSE(store->Find(jobs[2]->name()).ok());
  EXPECT_TRUE(store->Find(jobs[0]->name()).ok());
  EXPECT_TRUE(store->Find(jobs[3]->name()).ok());
}

TEST_F(JobStoreTest, ItemsCountTooButTheLastJobStays) {
  const auto store = MakeStore({.finished_items_max = 10});
  const auto small_one = Add(*store, 5);
  const auto large = Add(*store, 20);
  Finish(*small_one);
  EXPECT_TRUE(forgotten_.empty());
  Finish(*large);
  EXPECT_EQ(forgotten_, std::vector<std::string>{small_one->name()});
  EXPECT_TRUE(store->Find(large->name()).ok());
}

TEST_F(JobStoreTest, AForgottenRequestIdMayBeUsedAgain) {
  const auto store = MakeStore({.finished_jobs_max = 1});
  Finish(*Add(*store, 1, kRequestId));
  Finish(*Add(*store));
  EXPECT_TRUE(store->Reserve(kRequestId, "other")->reserved);
}

TEST_F(JobStoreTest, AJobMayFinishBeforeItIsCommitted) {
  const auto store = MakeStore({.unfinished_jobs_max = 1});
  EXPECT_TRUE(store->Reserve("", "f")->reserved);
  const auto job = MakeJob(1, store.get());
  Finish(*job);
  store->Commit("", job);
  EXPECT_TRUE(store->Find(job->name()).ok());
  EXPECT_TRUE(store->Reserve("", "f").ok());
}

TEST_F(JobStoreTest, CountsWhatIsUnfinished) {
  const auto store = MakeStore({});
  Add(*store, 3);
  const auto running = Add(*store, 4);
  running->OnItemStarted(1, 0);
  Finish(*Add(*store, 5));
  const JobStore::Counts counts = store->CountUnfinished();
  EXPECT_EQ(counts.jobs_queued, 1);
  EXPECT_EQ(counts.jobs_running, 1);
  EXPECT_EQ(counts.items_queued, 6);
  EXPECT_EQ(counts.items_running, 1);
}

TEST_F(JobStoreTest, KnowsTheEnginesNames) {
  const auto store = MakeStore({});
  const auto job = Add(*store);
  EXPECT_TRUE(store->ByEngineId().empty());
  job->Attach({.id = 9, .count_attempts = [] { return 0u; }, .cancel = [] {}});
  EXPECT_EQ(store->ByEngineId().at(9), job);
  Finish(*job);
  EXPECT_TRUE(store->ByEngineId().empty());
}

TEST_F(JobStoreTest, PassesChangesOn) {
  const auto store = MakeStore({});
  Finish(*Add(*store));
  EXPECT_EQ(listener_.changed, 3);
  EXPECT_EQ(listener_.finished, 1);
}

}  // namespace
}  // namespace perfecthash
