#include "service/server.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <thread>

#include "engine/base/error_reason.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "grpc/reflection/v1alpha/reflection.grpc.pb.h"
#include "service/heartbeat.h"
#include "service/server_service.h"
#include "tests/service/service_fixture.h"

namespace perfecthash {
namespace {

class ServerTest : public ServiceFixture {};

TEST_F(ServerTest, DescribesItself) {
  Context context;
  v1::ServerInfo info;
  ASSERT_TRUE(info_->GetServerInfo(&context, {}, &info).ok());
  EXPECT_EQ(info.version(), PERFECTHASH_VERSION);
  EXPECT_FALSE(info.instance_id().empty());
  EXPECT_EQ(info.io_backend(), "fake");
  EXPECT_EQ(info.io_backend_reason(), "a test wants it");
  EXPECT_FALSE(info.kernel().empty());
  EXPECT_GE(info.hash_functions_size(), 7);
  EXPECT_FALSE(info.hash_functions(0).formula().empty());
  EXPECT_EQ(info.limits().max_message_bytes(), 8 << 20);
  EXPECT_EQ(info.limits().max_concurrency().max_threads(), 4);
  EXPECT_GT(info.load().threads(), 0);
  EXPECT_GT(info.load().threads_budget(), 0);
  EXPECT_GT(info.load().memory_resident_bytes(), 0);
}

TEST_F(ServerTest, ANodeIsDrainedAndResumed) {
  v1::Node node;
  for (int i = 0; i < 2; ++i) {  // it may be drained already
    Context context;
    ASSERT_TRUE(info_->DrainNode(&context, {}, &node).ok());
    EXPECT_FALSE(node.schedulable());
    EXPECT_EQ(node.threads(), 2);
  }
  Context context;
  ASSERT_TRUE(info_->ResumeNode(&context, {}, &node).ok());
  EXPECT_TRUE(node.schedulable());
  v1::DrainNodeRequest drain;
  drain.set_node_id(7);
  Context drain_context;
  EXPECT_EQ(ReasonOf(info_->DrainNode(&drain_context, drain, &node)),
            "NODE_UNKNOWN");
  v1::ResumeNodeRequest resume;
  resume.set_node_id(7);
  Context resume_context;
  EXPECT_EQ(ReasonOf(info_->ResumeNode(&resume_context, resume, &node)),
            "NODE_UNKNOWN");
}

TEST_F(ServerTest, TheLastNodesDrainIsWarnedOfOnce) {
  std::vector<std::string> warnings;
  ServerOptions options;
  options.on_warning = [&](const std::string& text) {
    warnings.push_back(text);
  };
  StartServer(options);
  v1::Node node;
  for (int i = 0; i < 2; ++i) {
    Context context;
    ASSERT_TRUE(info_->DrainNode(&context, {}, &node).ok());
  }
  ASSERT_EQ(warnings.size(), 1u);
  EXPECT_EQ(warnings[0].find("no node takes tables"), 0u) << warnings[0];
  Context resume;
  ASSERT_TRUE(info_->ResumeNode(&resume, {}, &node).ok());
  Context again;
  ASSERT_TRUE(info_->DrainNode(&again, {}, &node).ok());
  EXPECT_EQ(warnings.size(), 2u);
}

TEST_F(ServerTest, DescribesNodesStatsAndWork) {
  Context nodes_context;
  v1::ListNodesResponse nodes;
  ASSERT_TRUE(info_->ListNodes(&nodes_context, {}, &nodes).ok());
  ASSERT_EQ(nodes.nodes_size(), 1);
  EXPECT_EQ(nodes.nodes(0).threads(), 2);
  Context stats_context;
  v1::EngineStats stats;
  ASSERT_TRUE(info_->GetEngineStats(&stats_context, {}, &stats).ok());

  const v1::Job job = CreateBulk(2);
  WorkItem item;
  item.job = 1;
  item.index = 1;
  item.stage = "solve";
  WorkItem unknown;
  unknown.job = 99;
  engine_->set_work({item, unknown});
  Context work_context;
  v1::ListWorkResponse work;
  ASSERT_TRUE(info_->ListWork(&work_context, {}, &work).ok());
  EXPECT_EQ(work.total(), 2);
  ASSERT_EQ(work.work_size(), 1);
  EXPECT_EQ(work.work(0).item(), job.name() + "/items/1");
  EXPECT_EQ(work.work(0).stage(), "solve");
}

TEST_F(ServerTest, HealthIsPerServiceAndEndsFirst) {
  auto health = grpc::health::v1::Health::NewStub(channel_);
  for (const char* name :
       {"", "perfecthash.v1.JobService", "perfecthash.v1.KeySetService",
        "perfecthash.v1.ArtifactService", "perfecthash.v1.ServerService"}) {
    Context context;
    grpc::health::v1::HealthCheckRequest request;
    request.set_service(name);
    grpc::health::v1::HealthCheckResponse response;
    ASSERT_TRUE(health->Check(&context, request, &response).ok()) << name;
    EXPECT_EQ(response.status(),
              grpc::health::v1::HealthCheckResponse::SERVING);
  }
  Context context;
  auto watch = health->Watch(&context, {});
  grpc::health::v1::HealthCheckResponse response;
  ASSERT_TRUE(watch->Read(&response));
  EXPECT_EQ(response.status(), grpc::health::v1::HealthCheckResponse::SERVING);
  EXPECT_TRUE(server_->Stop().ok());
  while (watch->Read(&response)) {
  }
  EXPECT_EQ(response.status(),
            grpc::health::v1::HealthCheckResponse::NOT_SERVING);
}

TEST_F(ServerTest, ReflectionAnswersOverTheWire) {
  namespace reflection = grpc::reflection::v1alpha;
  auto stub = reflection::ServerReflection::NewStub(channel_);
  Context context;
  auto stream = stub->ServerReflectionInfo(&context);
  reflection::ServerReflectionRequest request;
  request.set_list_services("");
  reflection::ServerReflectionResponse response;
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(stream->Write(request));
    ASSERT_TRUE(stream->Read(&response));
    EXPECT_EQ(response.list_services_response().service_size(), 6);
  }
  stream->WritesDone();
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_F(ServerTest, TcpAndSocketReachTheSameServer) {
  ASSERT_EQ(server_->addresses().size(), 2u);
  const v1::Job job = CreateBulk(1);
  channel_ = grpc::CreateChannel(server_->addresses()[1],
                                 grpc::InsecureChannelCredentials());
  jobs_ = v1::JobService::NewStub(channel_);
  EXPECT_EQ(Get(job.name()).name(), job.name());
}

TEST_F(ServerTest, TooLargeAMessageIsRefused) {
  Context context;
  v1::CreateTableJobRequest request;
  request.mutable_keys()->set_inline_keys(std::string(9 << 20, 'x'));
  v1::Job job;
  EXPECT_EQ(jobs_->CreateTableJob(&context, request, &job).error_code(),
            grpc::StatusCode::RESOURCE_EXHAUSTED);
}

TEST_F(ServerTest, ASecondServerAtTheSamePlacesIsRefused) {
  const auto start = [&](std::vector<std::string> addresses,
                         const std::string& data) {
    ServerOptions options;
    options.listen = std::move(addresses);
    options.data_dir = folder_ / data;
    return Server::Start(options, std::make_unique<FakeEngine>()).status();
  };
  EXPECT_EQ(ReasonOf(start({"127.0.0.1:0"}, "data")), "DATA_DIR_IN_USE");
  EXPECT_EQ(ReasonOf(start({server_->addresses()[0]}, "data2")),
            "ADDRESS_IN_USE");
  EXPECT_EQ(ReasonOf(start({server_->addresses()[1]}, "data2")),
            "ADDRESS_IN_USE");
  EXPECT_TRUE(absl::IsInvalidArgument(start({"nowhere"}, "data2")));
  const std::string socket = "unix:" + (folder_ / "twice");
  EXPECT_TRUE(absl::IsInvalidArgument(start({socket, socket}, "data2")));
  const std::string again = "unix://" + (folder_ / "twice");
  EXPECT_TRUE(absl::IsInvalidArgument(start({socket, again}, "data2")));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "data2"));
  // And has harmed nothing.
  CreateBulk(1);
}

TEST_F(ServerTest, StopIsIdempotentAndCancelsJobs) {
  CreateBulk(2);
  const auto observer = engine_->observer(1);
  EXPECT_TRUE(server_->Stop().ok());
  EXPECT_TRUE(server_->Stop().ok());
  EXPECT_EQ(engine_->observer(1), nullptr);
}

TEST_F(ServerTest, FilesOfForgottenJobsAreRemoved) {
  ServerOptions options;
  options.limits.finished_jobs_max = 1;
  StartServer(options);
  const v1::Job first = CreateBulk(1);
  const std::string path = engine_->spec(1).items[0].output_directory;
  std::filesystem::create_directories(path);
  engine_->FinishAll(1);
  CreateBulk(1);
  engine_->FinishAll(2);
  while (std::filesystem::exists(path)) std::this_thread::yield();
}

TEST(ThreadBudgetTest, GrowsWithTheMachine) {
  EXPECT_EQ(ThreadBudget(2, 2), 20);
  EXPECT_GT(ThreadBudget(64, 64), ThreadBudget(2, 2));
}

// ----------------------------------------------------------------- Heartbeat

class CountingHealth : public grpc::health::v1::Health::CallbackService {
 public:
  grpc::ServerUnaryReactor* Check(
      grpc::CallbackServerContext* context,
      const grpc::health::v1::HealthCheckRequest* request,
      grpc::health::v1::HealthCheckResponse* response) override {
    {
      MutexLock lock(mutex_);
      ++count_;
      changed_.NotifyAll();
    }
    auto* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }

  void WaitForCalls(int count) {
    MutexLock lock(mutex_);
    while (count_ < count) changed_.Wait(mutex_);
  }

 private:
  Mutex mutex_;
  Condition changed_;
  int count_ ABSL_GUARDED_BY(mutex_) = 0;
};

TEST(HeartbeatTest, CallsAgainAndAgainUntilItEnds) {
  CountingHealth health;
  grpc::EnableDefaultHealthCheckService(false);
  grpc::ServerBuilder builder;
  builder.RegisterService(&health);
  const auto server = builder.BuildAndStart();
  ASSERT_NE(server, nullptr);
  {
    const Heartbeat heartbeat(
        server->InProcessChannel(grpc::ChannelArguments()),
        std::chrono::milliseconds(5));
    health.WaitForCalls(5);
  }
  server->Shutdown();
}

}  // namespace
}  // namespace perfecthash
