#include "service/job_service.h"

#include <gtest/gtest.h>

#include <memory>
#include <thread>
#include <vector>

#include "service/wait_reactor.h"
#include "tests/service/service_fixture.h"

namespace perfecthash {
namespace {

constexpr char kRequestId[] = "0190b7c8-0000-7000-8000-000000000001";

class JobServiceTest : public ServiceFixture {
 protected:
  static v1::CreateTableJobRequest Table() {
    v1::CreateTableJobRequest request;
    request.mutable_keys()->set_inline_keys("abcd");
    return request;
  }
  grpc::Status CreateTable(const v1::CreateTableJobRequest& request,
                           v1::Job* job) {
    Context context;
    return jobs_->CreateTableJob(&context, request, job);
  }
};

TEST_F(JobServiceTest, ATableIsMadeWithoutWaiting) {
  v1::Job job;
  ASSERT_TRUE(CreateTable(Table(), &job).ok());
  EXPECT_EQ(job.state(), v1::Job::STATE_QUEUED);
  EXPECT_EQ(job.kind(), v1::Job::KIND_TABLE);
  engine_->FinishAll(1);
  job = Get(job.name());
  EXPECT_EQ(job.state(), v1::Job::STATE_SUCCEEDED);
  EXPECT_EQ(job.table_result().key_count(), 10);
}

TEST_F(JobServiceTest, AQuickTableIsOneRoundTrip) {
  StartServer({}, FakeEngine::Mode::kAtOnce);
  auto request = Table();
  request.mutable_wait()->set_seconds(60);
  v1::Job job;
  ASSERT_TRUE(CreateTable(request, &job).ok());
  EXPECT_EQ(job.state(), v1::Job::STATE_SUCCEEDED);
}

TEST_F(JobServiceTest, AWaitThatIsOverReturnsTheJobAsItIs) {
  auto request = Table();
  request.mutable_wait()->set_nanos(1'000'000);
  engine_->set_attempts(7);
  v1::Job job;
  ASSERT_TRUE(CreateTable(request, &job).ok());
  EXPECT_EQ(job.state(), v1::Job::STATE_QUEUED);
  EXPECT_EQ(job.progress().attempts(), 7);
  engine_->FinishAll(1);
  EXPECT_EQ(WaitForEnd(job.name()).state(), v1::Job::STATE_SUCCEEDED);
}

TEST_F(JobServiceTest, AWaitedTableEndsWithItsCall) {
  auto request = Table();
  request.mutable_wait()->set_seconds(60);
  Context context;
  v1::Job job;
  std::thread canceller([&] {
    engine_->WaitForJobs();
    context.TryCancel();
  });
  const grpc::Status status = jobs_->CreateTableJob(&context, request, &job);
  canceller.join();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::CANCELLED);
  v1::ListJobsResponse list;
  while (list.jobs().empty()) {
    Context list_context;
    ASSERT_TRUE(jobs_->ListJobs(&list_context, {}, &list).ok());
  }
  EXPECT_EQ(WaitForEnd(list.jobs(0).name()).state(), v1::Job::STATE_CANCELLED);
}

TEST_F(JobServiceTest, AServerPathIsReadThere) {
  auto request = Table();
  request.mutable_keys()->set_server_path(folder_.Write("a.keys", "abcd"));
  v1::Job job;
  ASSERT_TRUE(CreateTable(request, &job).ok());
  EXPECT_EQ(std::get<KeyFile>(engine_->spec(1).items[0].keys).path,
            folder_ / "a.keys");
  request.mutable_wait()->set_nanos(1'000'000);
  ASSERT_TRUE(CreateTable(request, &job).ok());
  request.mutable_keys()->set_server_path("/etc/passwd");
  const grpc::Status status = CreateTable(request, &job);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(ReasonOf(status), "PATH_NOT_ALLOWED");
}

TEST_F(JobServiceTest, ARequestIdIsGoodForOneRequest) {
  auto request = Table();
  request.set_request_id(kRequestId);
  v1::Job first;
  v1::Job second;
  ASSERT_TRUE(CreateTable(request, &first).ok());
  ASSERT_TRUE(CreateTable(request, &second).ok());
  EXPECT_EQ(first.name(), second.name());
  request.set_item_id("other");
  const grpc::Status status = CreateTable(request, &second);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::ALREADY_EXISTS);
  EXPECT_EQ(ReasonOf(status), "REQUEST_ID_REUSED");
}

TEST_F(JobServiceTest, ErrorsCarryCodeReasonAndRemedy) {
  v1::Job job;
  auto request = Table();
  request.mutable_table_options()->set_hash_function("MD5");
  grpc::Status status = CreateTable(request, &job);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(ReasonOf(status), "HASH_FUNCTION_UNKNOWN");
  EXPECT_NE(status.error_message().find("Jenkins"), std::string::npos);

  Context get_context;
  v1::GetJobRequest get;
  get.set_name("jobs/0190b7c8-0000-7000-8000-00000000ffff");
  status = jobs_->GetJob(&get_context, get, &job);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(ReasonOf(status), "JOB_NOT_FOUND");

  engine_->set_submit_status(absl::ResourceExhaustedError("the queue is full"));
  status = CreateTable(Table(), &job);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  v1::Status details;
  ASSERT_TRUE(details.ParseFromString(status.error_details()));
  ASSERT_EQ(details.details_size(), 2);
  EXPECT_EQ(details.details(1).type_url(),
            "type.googleapis.com/google.rpc.RetryInfo");
}

TEST_F(JobServiceTest, AJobIsChangedWhileItRuns) {
  const v1::Job job = CreateBulk(3);
  Context context;
  v1::UpdateJobRequest request;
  request.mutable_job()->set_name(job.name());
  request.mutable_job()->mutable_scheduling_policy()->set_priority(1);
  request.mutable_job()->mutable_concurrency_limits()->set_max_threads(1'000);
  request.mutable_update_mask()->add_paths("scheduling_policy.priority");
  request.mutable_update_mask()->add_paths("concurrency_limits.max_threads");
  v1::Job changed;
  ASSERT_TRUE(jobs_->UpdateJob(&context, request, &changed).ok());
  EXPECT_EQ(changed.scheduling_policy().priority(), 1);
  EXPECT_EQ(changed.concurrency_limits().max_threads(), 4) << "clamped";
  EXPECT_EQ(changed.concurrency_limits().max_concurrent_tables(), 64);
  EXPECT_GT(changed.revision(), job.revision());
  EXPECT_EQ(Get(job.name()).scheduling_policy().priority(), 1);
  ASSERT_EQ(engine_->changes().size(), 1u);
  EXPECT_EQ(engine_->changes()[0].priority, 1);
  EXPECT_EQ(engine_->changes()[0].threads_max, 4);
  EXPECT_FALSE(engine_->changes()[0].tables_max.has_value());
}

TEST_F(JobServiceTest, AFinishedJobIsNotChanged) {
  const v1::Job job = CreateBulk(1);
  engine_->FinishAll(1);
  Context context;
  v1::UpdateJobRequest request;
  request.mutable_job()->set_name(job.name());
  request.mutable_update_mask()->add_paths("scheduling_policy.priority");
  v1::Job changed;
  const grpc::Status status = jobs_->UpdateJob(&context, request, &changed);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(ReasonOf(status), "JOB_FINISHED");
}

TEST_F(JobServiceTest, AChangeOfNothingOrOfWhatIsFixedIsRefused) {
  const v1::Job job = CreateBulk(1);
  v1::UpdateJobRequest request;
  request.mutable_job()->set_name(job.name());
  for (const char* path : {"", "labels", "concurrency_limits"}) {
    Context context;
    request.mutable_update_mask()->clear_paths();
    if (*path != 0) request.mutable_update_mask()->add_paths(path);
    v1::Job changed;
    const grpc::Status status = jobs_->UpdateJob(&context, request, &changed);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_EQ(ReasonOf(status), "INVALID_FIELD") << path;
  }
  Context context;
  request.mutable_job()->set_name("jobs/0190b7c8-0000-7000-8000-00000000ffff");
  v1::Job changed;
  EXPECT_EQ(ReasonOf(jobs_->UpdateJob(&context, request, &changed)),
            "JOB_NOT_FOUND");
}

TEST_F(JobServiceTest, CancelIsIdempotent) {
  const v1::Job job = CreateBulk(3);
  for (int i = 0; i < 2; ++i) {
    Context context;
    v1::CancelJobRequest request;
    request.set_name(job.name());
    request.set_reason("enough");
    v1::Job cancelled;
    ASSERT_TRUE(jobs_->CancelJob(&context, request, &cancelled).ok());
    EXPECT_EQ(cancelled.state(), v1::Job::STATE_CANCELLED);
    EXPECT_EQ(cancelled.error().message(), "enough");
    EXPECT_EQ(cancelled.progress().items_cancelled(), 3);
  }
}

TEST_F(JobServiceTest, ALongReasonIsNotKept) {
  Context context;
  v1::CancelJobRequest request;
  request.set_name(CreateBulk(1).name());
  request.set_reason(std::string(257, 'x'));
  v1::Job job;
  EXPECT_EQ(ReasonOf(jobs_->CancelJob(&context, request, &job)),
            "INVALID_FIELD");
  EXPECT_EQ(Get(request.name()).state(), v1::Job::STATE_QUEUED);
}

TEST_F(JobServiceTest, WaitReturnsAtAChange) {
  const v1::Job job = CreateBulk(2);
  Context context;
  v1::WaitJobRequest request;
  request.set_name(job.name());
  request.set_after_revision(job.revision());
  v1::Job changed;
  std::thread starter([&] { engine_->observer(1)->OnItemStarted(0, 0); });
  ASSERT_TRUE(jobs_->WaitJob(&context, request, &changed).ok());
  starter.join();
  EXPECT_GT(changed.revision(), job.revision());
  EXPECT_EQ(changed.state(), v1::Job::STATE_RUNNING);
}

TEST_F(JobServiceTest, WaitsDoNotHoldThreads) {
  const v1::Job job = CreateBulk(1);
  // Far more than there are threads for them.
  constexpr int kWaits = 200;
  grpc::CompletionQueue queue;
  std::vector<std::unique_ptr<Context>> contexts;
  std::vector<v1::Job> replies(kWaits);
  std::vector<grpc::Status> statuses(kWaits);
  v1::WaitJobRequest request;
  request.set_name(job.name());
  for (std::size_t i = 0; i < kWaits; ++i) {
    contexts.push_back(std::make_unique<Context>());
    jobs_->AsyncWaitJob(contexts.back().get(), request, &queue)
        ->Finish(&replies[i], &statuses[i], reinterpret_cast<void*>(i));
  }
  EXPECT_EQ(Get(job.name()).state(), v1::Job::STATE_QUEUED);
  engine_->FinishAll(1);
  for (int i = 0; i < kWaits; ++i) {
    void* tag = nullptr;
    bool ok = false;
    ASSERT_TRUE(queue.Next(&tag, &ok));
    EXPECT_TRUE(statuses[reinterpret_cast<std::size_t>(tag)].ok());
  }
  queue.Shutdown();
}

TEST_F(JobServiceTest, ListsInPages) {
  for (int i = 0; i < 3; ++i) CreateBulk(1);
  v1::ListJobsRequest request;
  request.set_page_size(2);
  Context first_context;
  v1::ListJobsResponse first;
  ASSERT_TRUE(jobs_->ListJobs(&first_context, request, &first).ok());
  EXPECT_EQ(first.jobs_size(), 2);
  request.set_page_token(first.next_page_token());
  Context second_context;
  v1::ListJobsResponse second;
  ASSERT_TRUE(jobs_->ListJobs(&second_context, request, &second).ok());
  EXPECT_EQ(second.jobs_size(), 1);
  EXPECT_TRUE(second.next_page_token().empty());
  request.set_page_token("nonsense");
  Context third_context;
  EXPECT_EQ(ReasonOf(jobs_->ListJobs(&third_context, request, &second)),
            "PAGE_TOKEN_INVALID");
  v1::ListJobItemsRequest items;
  items.set_parent(first.jobs(0).name());
  Context items_context;
  v1::ListJobItemsResponse page;
  ASSERT_TRUE(jobs_->ListJobItems(&items_context, items, &page).ok());
  EXPECT_EQ(page.job_items_size(), 1);
  request.clear_page_token();
  request.set_page_size(1000);
  Context large_context;
  ASSERT_TRUE(jobs_->ListJobs(&large_context, request, &second).ok());
  EXPECT_EQ(second.jobs_size(), 3);
}

}  // namespace
}  // namespace perfecthash
