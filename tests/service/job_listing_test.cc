#include "service/job_listing.h"

#include <gtest/gtest.h>

#include "engine/base/error_reason.h"
#include "service/job/page_token.h"
#include "tests/service/job/job_store_fixture.h"

namespace perfecthash {
namespace {

class JobListingTest : public JobStoreFixture {
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
