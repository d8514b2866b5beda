#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "grpcpp/create_channel.h"
#include "grpcpp/grpcpp.h"
#include "perfecthash/v1/artifact.grpc.pb.h"
#include "perfecthash/v1/error.pb.h"
#include "perfecthash/v1/job.grpc.pb.h"
#include "perfecthash/v1/key_set.grpc.pb.h"
#include "perfecthash/v1/server.grpc.pb.h"
#include "service/server.h"
#include "tests/support/fake_engine.h"
#include "tests/support/temporary_directory.h"

namespace perfecthash {

// What a failed call tells programs; empty when it tells nothing.
inline v1::ErrorInfo ErrorInfoOf(const grpc::Status& status) {
  v1::Status details;
  v1::ErrorInfo info;
  if (!details.ParseFromString(status.error_details()) ||
      details.details().empty() ||
      !info.ParseFromString(details.details(0).value())) {
    return {};
  }
  return info;
}
inline std::string ReasonOf(const grpc::Status& status) {
  return ErrorInfoOf(status).reason();
}

// A server on real sockets in front of a fake engine, and a client of it.
class ServiceFixture : public testing::Test {
 protected:
  // Tests fail rather than hang.
  static constexpr std::chrono::seconds kDeadline{60};

  class Context : public grpc::ClientContext {
   public:
    Context() { set_deadline(std::chrono::system_clock::now() + kDeadline); }
  };

  void SetUp() override { StartServer({}); }
  void TearDown() override {
    if (server_ != nullptr) {
      EXPECT_TRUE(server_->Stop().ok());
    }
  }

  void StartServer(ServerOptions options,
                   FakeEngine::Mode mode = FakeEngine::Mode::kByHand) {
    if (server_ != nullptr) {
      EXPECT_TRUE(server_->Stop().ok());
      server_ = nullptr;
    }
    options.listen = {"127.0.0.1:0", "unix:" + (folder_ / "socket")};
    options.data_dir = folder_ / "data";
    options.allowed_directories = {folder_.path()};
    auto engine = std::make_unique<FakeEngine>(mode);
    engine_ = engine.get();
    auto server = Server::Start(std::move(options), std::move(engine));
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    Connect(grpc::ChannelArguments());
  }

  void Connect(const grpc::ChannelArguments& arguments) {
    channel_ = grpc::CreateCustomChannel(
        server_->addresses()[0], grpc::InsecureChannelCredentials(), arguments);
    jobs_ = v1::JobService::NewStub(channel_);
    key_sets_ = v1::KeySetService::NewStub(channel_);
    artifacts_ = v1::ArtifactService::NewStub(channel_);
    info_ = v1::ServerService::NewStub(channel_);
  }

  static v1::CreateBulkJobRequest Bulk(int count) {
    v1::CreateBulkJobRequest request;
    for (int i = 0; i < count; ++i) {
      auto* item = request.add_items();
      item->set_item_id("item-" + std::to_string(i));
      item->mutable_keys()->set_inline_keys("abcd");
    }
    return request;
  }
  v1::Job CreateBulk(int count) {
    Context context;
    v1::Job job;
    const grpc::Status status =
        jobs_->CreateBulkJob(&context, Bulk(count), &job);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return job;
  }
  v1::Job Get(const std::string& name) {
    Context context;
    v1::GetJobRequest request;
    request.set_name(name);
    v1::Job job;
    const grpc::Status status = jobs_->GetJob(&context, request, &job);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return job;
  }
  v1::Job WaitForEnd(const std::string& name) {
    Context context;
    v1::WaitJobRequest request;
    request.set_name(name);
    v1::Job job;
    const grpc::Status status = jobs_->WaitJob(&context, request, &job);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return job;
  }

  TemporaryDirectory folder_;
  FakeEngine* engine_ = nullptr;  // the server's
  std::unique_ptr<Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::JobService::Stub> jobs_;
  std::unique_ptr<v1::KeySetService::Stub> key_sets_;
  std::unique_ptr<v1::ArtifactService::Stub> artifacts_;
  std::unique_ptr<v1::ServerService::Stub> info_;
};

}  // namespace perfecthash
