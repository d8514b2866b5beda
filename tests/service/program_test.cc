// What the program is made of besides the calls: flags, addresses, directory,
// process, signals.
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <future>
#include <sstream>
#include <thread>

#include "engine/base/error_reason.h"
#include "engine/base/unique_handle.h"
#include "service/data_directory.h"
#include "service/engine_message.h"
#include "service/listen_address.h"
#include "service/process_facts.h"
#include "service/reflection_service.h"
#include "service/server_flags.h"
#include "service/shutdown_signal.h"
#include "service/transfer_slots.h"
#include "tests/service/job_builder.h"
#include "tests/support/temporary_directory.h"

namespace perfecthash {
namespace {

class ServerFlagsTest : public testing::Test {
 protected:
  std::variant<ServerFlags, int> Parse(std::vector<const char*> arguments) {
    arguments.insert(arguments.begin(), "perfecthashd");
    return ParseServerFlags(static_cast<int>(arguments.size()),
                            arguments.data(), out_, err_);
  }
  ServerFlags Good(std::vector<const char*> arguments) {
    auto parsed = Parse(std::move(arguments));
    EXPECT_TRUE(std::holds_alternative<ServerFlags>(parsed)) << err_.str();
    return std::get<ServerFlags>(parsed);
  }

  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(ServerFlagsTest, Defaults) {
  const ServerFlags flags = Good({});
  EXPECT_EQ(flags.server.listen, std::vector<std::string>{"127.0.0.1:7400"});
  EXPECT_EQ(flags.server.data_dir, "perfecthash-data");
  EXPECT_TRUE(flags.server.allowed_directories.empty());
  EXPECT_EQ(flags.engine.queued_items_max, 100'000);
  EXPECT_FALSE(flags.verbose);
}

TEST_F(ServerFlagsTest, EveryFlagArrives) {
  const ServerFlags flags = Good({"--listen",
                                  "127.0.0.1:0",
                                  "--listen",
                                  "unix:/x",
                                  "--data-dir",
                                  "/d",
                                  "--allow-directory",
                                  "/a",
                                  "--allow-directory",
                                  "/b",
                                  "--nodes",
                                  "0,1",
                                  "--concurrency",
                                  "3",
                                  "--max-threads",
                                  "4",
                                  "--node-policy",
                                  "affinity",
                                  "--memory-limit",
                                  "4GiB",
                                  "--queue-items-max",
                                  "500",
                                  "--finished-jobs-max",
                                  "7",
                                  "--finished-items-max",
                                  "8",
                                  "--io-backend",
                                  "threads",
                                  "--verbose",
                                  "--address-file",
                                  "/f"});
  EXPECT_EQ(flags.server.listen,
            (std::vector<std::string>{"127.0.0.1:0", "unix:/x"}));
  EXPECT_EQ(flags.server.data_dir, "/d");
  EXPECT_EQ(flags.server.allowed_directories,
            (std::vector<std::string>{"/a", "/b"}));
  EXPECT_EQ(flags.engine.node_ids, (std::vector<int>{0, 1}));
  EXPECT_EQ(flags.engine.threads_per_node, 3);
  EXPECT_EQ(flags.engine.threads_max, 4);
  EXPECT_EQ(flags.engine.node_policy, NodePolicy::Mode::kAffinity);
  EXPECT_EQ(flags.server.node_policy, NodePolicy::Mode::kAffinity);
  EXPECT_EQ(flags.engine.memory_bytes_max, std::uint64_t{4} << 30);
  EXPECT_EQ(flags.engine.queued_items_max, 500);
  EXPECT_EQ(flags.server.limits.items_per_job_max, 500);
  EXPECT_EQ(flags.server.limits.queued_items_max, 500);
  EXPECT_EQ(flags.server.limits.finished_jobs_max, 7);
  EXPECT_EQ(flags.server.limits.finished_items_max, 8);
  EXPECT_EQ(flags.engine.io_backend, IoBackend::kThreads);
  EXPECT_TRUE(flags.verbose);
  EXPECT_EQ(flags.address_file, "/f");
}

TEST_F(ServerFlagsTest, TheEnvironmentIsRead) {
  ASSERT_EQ(::setenv("PERFECTHASHD_LISTEN", "[::1]:7401,unix:/y", 1), 0);
  const ServerFlags flags = Good({});
  ::unsetenv("PERFECTHASHD_LISTEN");
  EXPECT_EQ(flags.server.listen,
            (std::vector<std::string>{"[::1]:7401", "unix:/y"}));
}

TEST_F(ServerFlagsTest, HelpIsNoError) {
  EXPECT_EQ(std::get<int>(Parse({"--help"})), 0);
  EXPECT_NE(out_.str().find("PERFECTHASHD_DATA_DIR"), std::string::npos);
  EXPECT_EQ(std::get<int>(Parse({"--version"})), 0);
}

TEST_F(ServerFlagsTest, WrongUsageIsTwo) {
  EXPECT_EQ(std::get<int>(Parse({"--no-such-flag"})), 2);
  EXPECT_EQ(std::get<int>(Parse({"--node-policy", "random"})), 2);
  EXPECT_EQ(std::get<int>(Parse({"--concurrency", "-1"})), 2);
  EXPECT_EQ(std::get<int>(Parse({"--memory-limit", "much"})), 2);
  // The API shows it in 32 bits.
  EXPECT_EQ(std::get<int>(Parse({"--finished-items-max", "3000000000"})), 2);
  EXPECT_NE(err_.str().find("--help"), std::string::npos);
}

TEST(ListenAddressTest, ReadsPortsAndSockets) {
  const auto tcp = ParseListenAddress("127.0.0.1:0");
  EXPECT_TRUE(tcp->is_local());
  EXPECT_EQ(tcp->BoundText(81), "127.0.0.1:81");
  const auto six = ParseListenAddress("[::1]:7400");
  EXPECT_TRUE(six->is_local());
  EXPECT_EQ(six->BoundText(81), "[::1]:81");
  EXPECT_FALSE(ParseListenAddress("0.0.0.0:7400")->is_local());
  const auto socket = ParseListenAddress("unix:/run/x");
  EXPECT_TRUE(socket->is_unix());
  EXPECT_TRUE(socket->is_local());
  EXPECT_EQ(socket->unix_path, "/run/x");
  EXPECT_EQ(socket->BoundText(1), "unix:/run/x");
}

TEST(ListenAddressTest, RefusesTheRest) {
  for (const std::string& text :
       {std::string("7400"), std::string(":7400"), std::string("host:"),
        std::string("host:99999"), std::string("host:7400x"),
        std::string("::1:7400"), std::string("unix:"),
        "unix:/" + std::string(120, 'x')}) {
    EXPECT_TRUE(absl::IsInvalidArgument(ParseListenAddress(text).status()))
        << text;
  }
}

class StaleSocketTest : public testing::Test {
 protected:
  UniqueHandle Bind(const std::string& path) {
    UniqueHandle bound(::socket(AF_UNIX, SOCK_STREAM, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof(address.sun_path) - 1);
    EXPECT_EQ(::bind(static_cast<int>(bound.get()),
                     reinterpret_cast<sockaddr*>(&address), sizeof(address)),
              0);
    return bound;
  }
  TemporaryDirectory folder_;
};

TEST_F(StaleSocketTest, StaleIsRemoved) {
  const std::string path = folder_ / "s";
  EXPECT_TRUE(ClearStaleSocket(path).ok());
  Bind(path).Reset();
  EXPECT_EQ(::access(path.c_str(), F_OK), 0);
  EXPECT_TRUE(ClearStaleSocket(path).ok());
  EXPECT_NE(::access(path.c_str(), F_OK), 0);
}

TEST_F(StaleSocketTest, ALiveOneIsNot) {
  const std::string path = folder_ / "s";
  const UniqueHandle bound = Bind(path);
  ASSERT_EQ(::listen(static_cast<int>(bound.get()), 1), 0);
  EXPECT_EQ(ReasonOf(ClearStaleSocket(path)), "ADDRESS_IN_USE");
  EXPECT_EQ(::access(path.c_str(), F_OK), 0);
}

TEST_F(StaleSocketTest, AFileIsNot) {
  const std::string path = folder_.Write("f", "precious");
  EXPECT_EQ(ReasonOf(ClearStaleSocket(path)), "ADDRESS_IN_USE");
  EXPECT_EQ(TemporaryDirectory::Read(path), "precious");
}

TEST(DataDirectoryTest, IsLockedWhileOpen) {
  const TemporaryDirectory folder;
  {
    const auto first = DataDirectory::Open(folder / "data");
    ASSERT_TRUE(first.ok()) << first.status();
    EXPECT_EQ(first->key_sets_path(), folder / "data/key_sets");
    EXPECT_EQ(ReasonOf(DataDirectory::Open(folder / "data").status()),
              "DATA_DIR_IN_USE");
  }
  EXPECT_TRUE(DataDirectory::Open(folder / "data").ok());
}

TEST(DataDirectoryTest, NeedsADirectory) {
  const TemporaryDirectory folder;
  EXPECT_FALSE(DataDirectory::Open(folder.Write("file", "") + "/data").ok());
}

TEST(ProcessFactsTest, CountThreadsAndMemory) {
  const auto before = ReadProcessFacts();
  ASSERT_TRUE(before.ok()) << before.status();
  EXPECT_GT(before->memory_resident_bytes, 1u << 20);
  std::promise<void> go_on;
  std::thread thread([&] { go_on.get_future().wait(); });
  EXPECT_EQ(ReadProcessFacts()->thread_count, before->thread_count + 1);
  go_on.set_value();
  thread.join();
  EXPECT_GT(*RaiseOpenFileLimit(), 0u);
  EXPECT_GT(PhysicalMemoryBytes(), std::uint64_t{1} << 28);
}

TEST(ShutdownSignalTest, SignalsInterruptsAndTimeouts) {
  ShutdownSignal signal;
  EXPECT_EQ(signal.Wait(std::chrono::milliseconds(1)),
            ShutdownSignal::kTimeout);
  ::kill(::getpid(), SIGTERM);
  EXPECT_EQ(signal.Wait(), SIGTERM);
  std::thread thread([&] { signal.Interrupt(); });
  EXPECT_EQ(signal.Wait(), ShutdownSignal::kInterrupted);
  thread.join();
}

TEST(TransferSlotsTest, AreBounded) {
  TransferSlots slots(1);
  {
    const auto first = slots.Take();
    ASSERT_TRUE(first.ok());
    EXPECT_EQ(ReasonOf(slots.Take().status()), "TOO_MANY_TRANSFERS");
  }
  EXPECT_TRUE(slots.Take().ok());
}

TEST(EngineMessageTest, ShowsWhatTheEngineSays) {
  v1::Node node;
  FillNode({.node_id = 1, .cpus = {2, 3}, .threads = 2, .memory_bytes = 5},
           &node);
  EXPECT_EQ(node.cpus_size(), 2);
  EngineStats stats;
  stats.nodes.emplace_back().buffer_classes.emplace_back();
  stats.nodes[0].port.in_flight_count = 1;
  stats.nodes[0].port.ready_count = 2;
  stats.work_outstanding = 4;
  v1::EngineStats shown;
  FillEngineStats(stats, &shown);
  EXPECT_EQ(shown.nodes(0).operations_outstanding(), 3);
  EXPECT_EQ(shown.nodes(0).buffer_classes_size(), 1);
  EXPECT_EQ(shown.work_outstanding(), 4);
  CountingListener listener;
  const auto job = MakeJob(2, &listener);
  v1::Work work;
  WorkItem item;
  item.index = 1;
  FillWork(item, *job, &work);
  EXPECT_EQ(work.item(), job->name() + "/items/1");
  EXPECT_EQ(work.item_id(), "item 1");
}

TEST(ReflectionServiceTest, ListsServicesAndTheirFiles) {
  using grpc::reflection::v1alpha::ServerReflectionRequest;
  using grpc::reflection::v1alpha::ServerReflectionResponse;
  const ReflectionService service({"perfecthash.v1.JobService"});
  ServerReflectionRequest request;
  ServerReflectionResponse response;
  request.set_list_services("");
  service.Reply(request, &response);
  EXPECT_EQ(response.list_services_response().service(0).name(),
            "perfecthash.v1.JobService");
  response.Clear();
  request.set_file_containing_symbol("perfecthash.v1.JobService");
  service.Reply(request, &response);
  // job.proto and the five files that it imports.
  EXPECT_EQ(response.file_descriptor_response().file_descriptor_proto_size(),
            6);
  response.Clear();
  request.set_file_by_filename("perfecthash/v1/error.proto");
  service.Reply(request, &response);
  EXPECT_EQ(response.file_descriptor_response().file_descriptor_proto_size(),
            3);
  response.Clear();
  request.set_file_containing_symbol("no.Such");
  service.Reply(request, &response);
  EXPECT_EQ(response.error_response().error_code(), 5);
}

}  // namespace
}  // namespace perfecthash
