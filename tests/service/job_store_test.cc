#include "service/job_store.h"

#include <gtest/gtest.h>

#include "engine/base/error_reason.h"
#include "service/job_listing.h"
#include "service/page_token.h"
#include "tests/service/job_builder.h"
#include "tests/support/fake_engine.h"

namespace perfecthash {
namespace {

constexpr char kRequestId[] = "0190b7c8-0000-7000-8000-000000000001";

class JobStoreTest : public testing::Test {
 protected:
  std::unique_ptr<JobStore> MakeStore(JobStore::Options options) {
    options.listener = &listener_;
    options.on_forgotten = [this](auto jobs) {
      for (const auto& job : jobs) forgotten_.push_back(job->name());
    };
    return std::make_unique<JobStore>(std::move(options));
  }

  std::shared_ptr<JobRecord> Add(JobStore& store, int item_count = 1,
                                 const std::string& request_id = "") {
    EXPECT_TRUE(store.Reserve(request_id, "f")->reserved);
    auto job = MakeJob(item_count, &store);
    store.Commit(request_id, job);
    return job;
  }

  void Finish(JobRecord& job) {
    for (int i = 0; i < static_cast<int>(job.item_count()); ++i) {
      StartAndFinish(job, i, FakeEngine::Success());
    }
    job.OnJobFinished(JobEnd::kCompleted);
  }

  CountingListener listener_;
  std::vector<std::string> forgotten_;
};

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

// ---------------------------------------------------------------- JobListing

class JobListingTest : public JobStoreTest {
 protected:
  JobListingTest() : store_(MakeStore({})) {}
  std::unique_ptr<JobStore> store_;
};

TEST_F(JobListingTest, JobsComeNewestFirstPageByPage) {
  std::vector<std::string> names;
  for (int i = 0; i < 5; ++i) names.insert(names.begin(), Add(*store_)->name());
  v1::ListJobsRequest request;
  request.set_page_size(2);
  std::vector<std::string> seen;
  int pages = 0;
  do {
    v1::ListJobsResponse response;
    ASSERT_TRUE(ListJobs(*store_, request, &response).ok());
    for (const auto& job : response.jobs()) seen.push_back(job.name());
    request.set_page_token(response.next_page_token());
    ++pages;
  } while (!request.page_token().empty());
  EXPECT_EQ(seen, names);
  EXPECT_EQ(pages, 3);
}

TEST_F(JobListingTest, ATokenOfAnotherFilterIsRefused) {
  for (int i = 0; i < 3; ++i) Add(*store_);
  v1::ListJobsRequest request;
  request.set_page_size(1);
  v1::ListJobsResponse response;
  ASSERT_TRUE(ListJobs(*store_, request, &response).ok());
  request.set_page_token(response.next_page_token());
  request.set_filter("kind=KIND_BULK");
  EXPECT_EQ(ReasonOf(ListJobs(*store_, request, &response)),
            "PAGE_TOKEN_INVALID");
}

TEST_F(JobListingTest, ItemsByStateAcrossPages) {
  const auto job = Add(*store_, 10);
  for (const int i : {1, 4, 7}) {
    StartAndFinish(*job, i, FakeEngine::Failure(absl::AbortedError("no")));
  }
  v1::ListJobItemsRequest request;
  request.set_parent(job->name());
  request.set_page_size(2);
  request.set_filter("state=STATE_FAILED");
  v1::ListJobItemsResponse response;
  ASSERT_TRUE(ListJobItems(*store_, request, &response).ok());
  ASSERT_EQ(response.job_items_size(), 2);
  EXPECT_EQ(response.job_items(1).index(), 4);
  request.set_page_token(response.next_page_token());
  response.Clear();
  ASSERT_TRUE(ListJobItems(*store_, request, &response).ok());
  ASSERT_EQ(response.job_items_size(), 1);
  EXPECT_EQ(response.job_items(0).index(), 7);
  EXPECT_TRUE(response.next_page_token().empty());
}

TEST_F(JobListingTest, ATokenMadeByHandLeadsNowhereElse) {
  v1::ListJobItemsRequest request;
  request.set_parent(Add(*store_, 3)->name());
  for (const char* position : {"-1", "x", "99999999999"}) {
    request.set_page_token(
        MakePageToken("items\n" + request.parent() + "\n", position));
    v1::ListJobItemsResponse response;
    EXPECT_EQ(ReasonOf(ListJobItems(*store_, request, &response)),
              "PAGE_TOKEN_INVALID")
        << position;
  }
}

TEST_F(JobListingTest, ArtifactsArePagedBetweenItems) {
  const auto job = Add(*store_, 4);
  for (const int i : {0, 2, 3}) {
    JobObserver::ItemOutcome outcome = FakeEngine::Success();
    outcome.result->files = {{.filename = "a.c"}, {.filename = "a.h"}};
    StartAndFinish(*job, i, std::move(outcome));
  }
  v1::ListArtifactsRequest request;
  request.set_parent(job->name());
  request.set_page_size(3);
  std::vector<std::string> seen;
  do {
    v1::ListArtifactsResponse response;
    ASSERT_TRUE(ListArtifacts(*store_, request, &response).ok());
    EXPECT_LE(response.artifacts_size(), 3);
    for (const auto& artifact : response.artifacts()) {
      seen.push_back(artifact.name().substr(job->name().size()));
    }
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(seen, (std::vector<std::string>{
                      "/items/0/artifacts/a.c", "/items/0/artifacts/a.h",
                      "/items/2/artifacts/a.c", "/items/2/artifacts/a.h",
                      "/items/3/artifacts/a.c", "/items/3/artifacts/a.h"}));
}

}  // namespace
}  // namespace perfecthash
