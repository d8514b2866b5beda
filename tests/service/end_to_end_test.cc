// The real engine, the service on a socket, and the real client program.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "engine/base/sha256.h"
#include "grpcpp/grpcpp.h"
#include "perfecthash/v1/job.grpc.pb.h"
#include "perfecthash/v1/key_set.grpc.pb.h"
#include "perfecthash/v1/server.grpc.pb.h"
#include "service/server.h"
#include "tests/cli/cli_process.h"

namespace perfecthash {
namespace {

constexpr unsigned kSeed = 20'190'903;
class EndToEndTest : public testing::Test {
 protected:
  void SetUp() override {
    ServerOptions options;
    options.listen = {"unix:" + folder_.path() + "/socket"};
    options.data_dir = folder_.path() + "/data";
    options.allowed_directories = {folder_.path()};
    auto engine = Engine::Start({.threads_per_node = 2});
    ASSERT_TRUE(engine.ok()) << engine.status();
    auto server = Server::Start(options, *std::move(engine));
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    const auto channel = grpc::CreateChannel(
        options.listen[0], grpc::InsecureChannelCredentials());
    jobs_ = v1::JobService::NewStub(channel);
    key_sets_ = v1::KeySetService::NewStub(channel);
    info_ = v1::ServerService::NewStub(channel);
  }

  // Whatever a test did: nothing is left over, and the server still serves.
  void TearDown() override {
    if (server_ == nullptr) return;
    grpc::ClientContext context;
    v1::CreateTableJobRequest request;
    request.mutable_keys()->set_inline_keys(RandomKeys(100));
    request.mutable_wait()->set_seconds(60);
    v1::Job job;
    ASSERT_TRUE(jobs_->CreateTableJob(&context, request, &job).ok());
    EXPECT_EQ(job.state(), v1::Job::STATE_SUCCEEDED) << job.ShortDebugString();
    EXPECT_TRUE(server_->Stop().ok());
    EXPECT_EQ(server_->engine().GetStats().work_outstanding, 0);
    EXPECT_EQ(server_->engine().GetStats().memory_reserved_bytes, 0u);
  }

  std::string RandomKeys(int count) {
    std::set<std::uint32_t> keys;
    while (static_cast<int>(keys.size()) < count) {
      keys.insert(static_cast<std::uint32_t>(random_()));
    }
    return KeyBytes({keys.begin(), keys.end()});
  }
  // Key files k0.keys, k1.keys, ... of growing size; their directory.
  std::string WriteKeys(const std::string& name, int count) {
    for (int i = 0; i < count; ++i) {
      folder_.Write(name + "/k" + std::to_string(i) + ".keys",
                    RandomKeys(1 + i * 7));
    }
    return folder_.path() + "/" + name;
  }
  // Starts a job of minutes, of which one table is worked on at a time;
  // returns its name once it runs.
  std::string StartLongJob() {
    const std::string keys = RandomKeys(30'000);
    const Sha256Digest digest = Sha256(
        {reinterpret_cast<const std::uint8_t*>(keys.data()), keys.size()});
    grpc::ClientContext upload_context;
    v1::UploadKeySetsResponse uploaded;
    auto writer = key_sets_->UploadKeySets(&upload_context, &uploaded);
    v1::UploadKeySetsRequest upload;
    auto* whole = upload.add_parts()->mutable_whole();
    whole->set_sha256(digest.data(), digest.size());
    whole->set_content(keys);
    EXPECT_TRUE(writer->Write(upload));
    writer->WritesDone();
    EXPECT_TRUE(writer->Finish().ok());

    v1::CreateBulkJobRequest request;
    request.mutable_table_options()->set_file_io(v1::FILE_IO_NONE);
    request.mutable_concurrency_limits()->set_max_concurrent_tables(1);
    request.mutable_scheduling_policy()->set_fairness_key("long");
    for (int i = 0; i < 20'000; ++i) {
      auto* item = request.add_items();
      item->set_item_id("item-" + std::to_string(i));
      item->mutable_keys()->set_key_set("keySets/" + ToHex(digest));
    }
    grpc::ClientContext context;
    v1::Job job;
    EXPECT_TRUE(jobs_->CreateBulkJob(&context, request, &job).ok());
    grpc::ClientContext wait_context;
    v1::WaitJobRequest wait;
    wait.set_name(job.name());
    wait.set_after_revision(job.revision());
    EXPECT_TRUE(jobs_->WaitJob(&wait_context, wait, &job).ok());
    return job.name();
  }

  CliOptions Client(std::vector<std::string> arguments) {
    CliOptions options;
    options.arguments = std::move(arguments);
    options.environment["PERFECTHASH_ADDRESS"] = server_->addresses()[0];
    options.environment["PERFECTHASH_PROGRESS"] = "none";
    return options;
  }
  CliResult Run(std::vector<std::string> arguments) {
    return RunCli(Client(std::move(arguments)));
  }
  v1::Job Get(const std::string& name) {
    grpc::ClientContext context;
    v1::GetJobRequest request;
    request.set_name(name);
    v1::Job job;
    EXPECT_TRUE(jobs_->GetJob(&context, request, &job).ok());
    return job;
  }
  v1::ListJobsResponse List() {
    grpc::ClientContext context;
    v1::ListJobsResponse response;
    EXPECT_TRUE(jobs_->ListJobs(&context, {}, &response).ok());
    return response;
  }
  // Digest of each item's table.
  std::map<std::string, std::string> Digests(const std::string& job) {
    grpc::ClientContext context;
    v1::ListJobItemsRequest request;
    request.set_parent(job);
    v1::ListJobItemsResponse response;
    EXPECT_TRUE(jobs_->ListJobItems(&context, request, &response).ok());
    std::map<std::string, std::string> digests;
    for (const auto& item : response.job_items()) {
      EXPECT_EQ(item.state(), v1::JobItem::STATE_SUCCEEDED)
          << item.ShortDebugString();
      digests[item.item_id()] = item.result().table_digest();
    }
    return digests;
  }

  std::mt19937 random_{kSeed};
  TemporaryDirectory folder_;
  std::unique_ptr<Server> server_;
  std::unique_ptr<v1::JobService::Stub> jobs_;
  std::unique_ptr<v1::KeySetService::Stub> key_sets_;
  std::unique_ptr<v1::ServerService::Stub> info_;
};

TEST_F(EndToEndTest, FilesGoThereAndTablesComeBack) {
  const std::string keys = WriteKeys("keys", 40);
  const std::string output = folder_.path() + "/out";
  const CliResult result = Run({"bulk", keys, "-O", output});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const v1::Job job = List().jobs(0);
  EXPECT_EQ(job.progress().items_succeeded(), 40);
  // What came back is what the server wrote.
  int files = 0;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(output)) {
    if (entry.is_regular_file()) ++files;
  }
  EXPECT_GE(files, 40 * 2);
  EXPECT_EQ(Digests(job.name()).size(), 40u);
}

TEST_F(EndToEndTest, TheSameTablesInEveryWay) {
  const std::string keys = WriteKeys("keys", 30);
  std::map<std::string, std::string> expected;
  for (const std::vector<std::string>& flags :
       {std::vector<std::string>{"--file-io", "none"},
        {"--file-io", "mapped", "--max-concurrency", "1"},
        {"--file-io", "overlapped", "--max-concurrency", "64"},
        {"--file-io", "none", "--initial-lanes", "2"}}) {
    std::vector<std::string> arguments = {"bulk", keys, "-O",
                                          folder_.path() + "/out"};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    const CliResult result = Run(arguments);
    ASSERT_EQ(result.exit_code, 0) << result.err;
    const auto digests = Digests(List().jobs(0).name());
    EXPECT_EQ(digests.size(), 30u);
    if (expected.empty()) expected = digests;
    EXPECT_EQ(digests, expected) << flags[1];
    std::filesystem::remove_all(folder_.path() + "/out");
  }
}

TEST_F(EndToEndTest, ADirectoryOfTheServer) {
  const std::string keys = WriteKeys("keys", 20);
  const CliResult result = Run({"bulk", "--server-directory", keys});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(List().jobs(0).output_path(), keys + "_tables");
  EXPECT_TRUE(std::filesystem::is_directory(keys + "_tables/k7"));
  const CliResult outside = Run({"bulk", "--server-directory", "/etc"});
  EXPECT_EQ(outside.exit_code, 64 + 7) << outside.err;
  EXPECT_NE(outside.err.find("allows"), std::string::npos) << outside.err;
}

TEST_F(EndToEndTest, AnEmptyDirectoryOfTheServerIsAClearError) {
  folder_.Write("empty/readme", "no keys");
  const CliResult result =
      Run({"bulk", "--server-directory", folder_.path() + "/empty"});
  EXPECT_EQ(result.exit_code, 64 + 5) << result.err;
  EXPECT_NE(result.err.find("holds no *.keys files"), std::string::npos)
      << result.err;
}

TEST_F(EndToEndTest, AFileOfOddLengthFailsAlone) {
  const std::string keys = WriteKeys("keys", 5);
  folder_.Write("keys/odd.keys", "seven b");
  for (const char* source : {"--local", "--server-directory"}) {
    std::vector<std::string> arguments = {"bulk"};
    if (source != std::string("--local")) arguments.push_back(source);
    arguments.insert(arguments.end(), {keys, "--file-io", "none"});
    const CliResult result = Run(arguments);
    EXPECT_EQ(result.exit_code, 1) << result.err;
    EXPECT_EQ(List().jobs(0).progress().items_succeeded(), 5);
    EXPECT_NE((result.out + result.err).find("odd"), std::string::npos);
  }
  // Of the server's own files the server says so.
  EXPECT_EQ(List().jobs(0).state(), v1::Job::STATE_PARTIALLY_SUCCEEDED);
  EXPECT_EQ(List().jobs(0).progress().items_failed(), 1);
}

TEST_F(EndToEndTest, CancelReachesTheWorkers) {
  const std::string name = StartLongJob();
  CliProcess watcher(Client({"job", "watch", name}));
  EXPECT_EQ(Run({"job", "cancel", name}).exit_code, 0);
  EXPECT_EQ(watcher.Wait().exit_code, 5);
  const v1::Job job = Get(name);
  EXPECT_EQ(job.state(), v1::Job::STATE_CANCELLED);
  EXPECT_GT(job.progress().items_cancelled(), 0);
}

TEST_F(EndToEndTest, ASmallJobIsNotBehindALargeOne) {
  const std::string name = StartLongJob();
  const std::string keys = WriteKeys("keys", 20);
  EXPECT_EQ(Run({"bulk", keys, "--file-io", "none"}).exit_code, 0);
  EXPECT_EQ(Get(name).state(), v1::Job::STATE_RUNNING);
}

TEST_F(EndToEndTest, AKilledClientLeavesItsJobToTheServer) {
  const std::string name = StartLongJob();
  v1::ServerInfo info;
  const auto wait_for_watchers = [&](int count) {
    do {
      grpc::ClientContext context;
      ASSERT_TRUE(info_->GetServerInfo(&context, {}, &info).ok());
    } while (info.load().watchers() != count);
  };
  {
    CliProcess watcher(Client({"job", "watch", name}));
    wait_for_watchers(1);
  }  // killed
  wait_for_watchers(0);
  EXPECT_EQ(Get(name).state(), v1::Job::STATE_RUNNING);
}

TEST_F(EndToEndTest, StopCancelsWhatIsLeft) {
  const std::string name = StartLongJob();
  CliProcess watcher(Client({"job", "watch", name}));
  EXPECT_TRUE(server_->Stop().ok());
  EXPECT_EQ(server_->engine().GetStats().work_outstanding, 0);
  server_ = nullptr;
}

}  // namespace
}  // namespace perfecthash
