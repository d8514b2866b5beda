// Watches, over real sockets.
#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <vector>

#include "service/process/process_facts.h"
#include "service/watch_reactor.h"
#include "tests/service/service_fixture.h"

namespace perfecthash {
namespace {

class WatchCallTest : public ServiceFixture {
 protected:
  // A watch with every item, as often as is allowed.
  static v1::WatchJobRequest WatchAll(const std::string& name) {
    v1::WatchJobRequest request;
    request.set_name(name);
    auto* options = request.mutable_watch_options();
    options->set_item_events(v1::ITEM_EVENTS_ALL);
    options->mutable_min_interval()->set_nanos(20'000'000);
    return request;
  }
};

TEST_F(WatchCallTest, ABulkJobRunsInOneCall) {
  Context context;
  v1::RunBulkJobRequest request;
  *request.mutable_job() = Bulk(100);
  request.mutable_watch_options()->set_item_events(v1::ITEM_EVENTS_ALL);
  auto reader = jobs_->RunBulkJob(&context, request);
  v1::WatchJobResponse message;
  ASSERT_TRUE(reader->Read(&message));
  EXPECT_TRUE(message.has_snapshot());
  engine_->FinishAll(engine_->WaitForJobs());
  int told = 0;
  std::int64_t revision = 0;
  while (reader->Read(&message)) {
    told += message.finished_items_size();
    EXPECT_GT(message.revision(), revision);
    revision = message.revision();
  }
  EXPECT_TRUE(reader->Finish().ok());
  EXPECT_EQ(told, 100);
  EXPECT_EQ(message.done().state(), v1::Job::STATE_SUCCEEDED);
}

TEST_F(WatchCallTest, ABulkJobOutlivesItsCallUnlessTold) {
  for (const auto policy :
       {v1::DISCONNECT_POLICY_UNSPECIFIED, v1::DISCONNECT_POLICY_CANCEL}) {
    Context context;
    v1::RunBulkJobRequest request;
    *request.mutable_job() = Bulk(2);
    request.mutable_job()->set_disconnect_policy(policy);
    auto reader = jobs_->RunBulkJob(&context, request);
    v1::WatchJobResponse message;
    ASSERT_TRUE(reader->Read(&message));
    const std::string name = message.snapshot().name();
    context.TryCancel();
    EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::CANCELLED);
    if (policy == v1::DISCONNECT_POLICY_CANCEL) {
      EXPECT_EQ(WaitForEnd(name).state(), v1::Job::STATE_CANCELLED);
    } else {
      engine_->FinishAll(engine_->last_id());
      EXPECT_EQ(WaitForEnd(name).state(), v1::Job::STATE_SUCCEEDED);
    }
  }
}

TEST_F(WatchCallTest, ARefusedBulkJobIsTheStreamsStatus) {
  Context context;
  v1::RunBulkJobRequest request;
  auto reader = jobs_->RunBulkJob(&context, request);
  v1::WatchJobResponse message;
  EXPECT_FALSE(reader->Read(&message));
  EXPECT_EQ(ReasonOf(reader->Finish()), "ITEMS_OR_DIRECTORY");
}

TEST_F(WatchCallTest, AWatchResumesWithoutLoss) {
  const v1::Job job = CreateBulk(50);
  auto request = WatchAll(job.name());
  std::set<int> told;
  {
    Context context;
    auto reader = jobs_->WatchJob(&context, request);
    v1::WatchJobResponse message;
    ASSERT_TRUE(reader->Read(&message));
    for (int i = 0; i < 20; ++i) engine_->Finish(1, i);
    ASSERT_TRUE(reader->Read(&message));
    for (const auto& item : message.finished_items()) {
      EXPECT_TRUE(told.insert(item.index()).second);
    }
    request.set_after_revision(message.revision());
    context.TryCancel();
    reader->Finish();
  }
  for (int i = 20; i < 50; ++i) engine_->Finish(1, i);
  engine_->End(1);
  Context context;
  auto reader = jobs_->WatchJob(&context, request);
  v1::WatchJobResponse message;
  while (reader->Read(&message)) {
    for (const auto& item : message.finished_items()) {
      EXPECT_TRUE(told.insert(item.index()).second) << item.index();
    }
  }
  EXPECT_TRUE(reader->Finish().ok());
  EXPECT_EQ(told.size(), 50u);
}

TEST_F(WatchCallTest, AWatchOfNothingFails) {
  Context context;
  auto reader = jobs_->WatchJob(
      &context, WatchAll("jobs/0190b7c8-0000-7000-8000-00000000ffff"));
  v1::WatchJobResponse message;
  EXPECT_FALSE(reader->Read(&message));
  EXPECT_EQ(ReasonOf(reader->Finish()), "JOB_NOT_FOUND");
}

TEST_F(WatchCallTest, WatchersThatReadNothingHarmNobody) {
  constexpr int kItems = 20'000;
  const v1::Job job = CreateBulk(kItems);
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
  arguments.SetInt("grpc.use_local_subchannel_pool", 1);
  Connect(arguments);
  std::vector<std::unique_ptr<Context>> contexts;
  std::vector<std::unique_ptr<grpc::ClientReader<v1::WatchJobResponse>>> stuck;
  for (int i = 0; i < 50; ++i) {
    contexts.push_back(std::make_unique<Context>());
    stuck.push_back(
        jobs_->WatchJob(contexts.back().get(), WatchAll(job.name())));
  }
  const std::uint64_t before = ReadProcessFacts()->memory_resident_bytes;
  engine_->FinishAll(1);
  Connect(grpc::ChannelArguments());
  Context context;
  auto reader = jobs_->WatchJob(&context, WatchAll(job.name()));
  v1::WatchJobResponse message;
  std::int64_t told = 0;
  while (reader->Read(&message)) {
    // What this reader is too slow for is counted.
    told += message.finished_items_size() + message.dropped_item_events();
  }
  EXPECT_TRUE(reader->Finish().ok());
  EXPECT_EQ(told, kItems);
  EXPECT_TRUE(message.has_done());
  const std::uint64_t after = ReadProcessFacts()->memory_resident_bytes;
  // The record itself, and at most a message or two for each that is stuck; all
  // that they have not read would be twice as much.
  EXPECT_LT(after, before + (std::uint64_t{256} << 20));
  for (auto& stuck_context : contexts) stuck_context->TryCancel();
}

TEST_F(WatchCallTest, WatchersAreBounded) {
  ServerOptions options;
  options.limits.watchers_max = 1;
  StartServer(options);
  const v1::Job job = CreateBulk(1);
  Context first_context;
  auto first = jobs_->WatchJob(&first_context, WatchAll(job.name()));
  v1::WatchJobResponse message;
  ASSERT_TRUE(first->Read(&message));
  Context second_context;
  auto second = jobs_->WatchJob(&second_context, WatchAll(job.name()));
  EXPECT_FALSE(second->Read(&message));
  EXPECT_EQ(ReasonOf(second->Finish()), "TOO_MANY_WATCHERS");
  // Calls that wait count too, and what is refused has made nothing.
  Context wait_context;
  v1::WaitJobRequest wait;
  wait.set_name(job.name());
  wait.mutable_timeout()->set_nanos(1);
  v1::Job reply;
  EXPECT_EQ(ReasonOf(jobs_->WaitJob(&wait_context, wait, &reply)),
            "TOO_MANY_WATCHERS");
  Context create_context;
  v1::CreateTableJobRequest table;
  table.mutable_keys()->set_inline_keys("abcd");
  table.mutable_wait()->set_nanos(1);
  EXPECT_EQ(ReasonOf(jobs_->CreateTableJob(&create_context, table, &reply)),
            "TOO_MANY_WATCHERS");
  Context run_context;
  v1::RunBulkJobRequest run;
  *run.mutable_job() = Bulk(1);
  auto third = jobs_->RunBulkJob(&run_context, run);
  EXPECT_FALSE(third->Read(&message));
  EXPECT_EQ(ReasonOf(third->Finish()), "TOO_MANY_WATCHERS");
  EXPECT_EQ(engine_->last_id(), 1u);
  first_context.TryCancel();
}

TEST_F(WatchCallTest, StopEndsWatchesAndWaitsItself) {
  const v1::Job job = CreateBulk(1);
  Context context;
  auto reader = jobs_->WatchJob(&context, WatchAll(job.name()));
  v1::WatchJobResponse message;
  ASSERT_TRUE(reader->Read(&message));
  Context wait_context;
  v1::WaitJobRequest wait;
  wait.set_name(job.name());
  grpc::CompletionQueue queue;
  v1::Job reply;
  grpc::Status wait_status;
  jobs_->AsyncWaitJob(&wait_context, wait, &queue)
      ->Finish(&reply, &wait_status, nullptr);
  v1::ServerInfo info;
  while (info.load().watchers() < 2) {
    Context info_context;
    ASSERT_TRUE(info_->GetServerInfo(&info_context, {}, &info).ok());
  }

  const auto begin = std::chrono::steady_clock::now();
  EXPECT_TRUE(server_->Stop().ok());
  // Not the whole grace of 2 s that calls get.
  EXPECT_LT(std::chrono::steady_clock::now() - begin,
            std::chrono::milliseconds(1'900));
  while (reader->Read(&message)) {
  }
  EXPECT_EQ(message.closing().reason(),
            v1::StreamClosing::REASON_SERVER_STOPPING);
  const grpc::Status status = reader->Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(ReasonOf(status), "STOPPING");
  void* tag = nullptr;
  bool ok = false;
  ASSERT_TRUE(queue.Next(&tag, &ok));
  EXPECT_EQ(wait_status.error_code(), grpc::StatusCode::UNAVAILABLE);
  queue.Shutdown();
}

}  // namespace
}  // namespace perfecthash
