#include "service/server_flags.h"

#include <gtest/gtest.h>

#include <sstream>

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
  // With the flag, the value and `problem` in what it says.
  void ExpectRefused(const std::string& flag, const std::string& value,
                     const std::string& problem) {
    err_.str("");
    const auto parsed = Parse({flag.c_str(), value.c_str()});
    ASSERT_TRUE(std::holds_alternative<int>(parsed)) << flag << " " << value;
    EXPECT_EQ(std::get<int>(parsed), kExitUsage);
    EXPECT_EQ(err_.str(), flag + ": \"" + value + "\" " + problem +
                              "\nRun with --help for more information.\n");
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
  EXPECT_EQ(flags.engine.stall_after, std::chrono::seconds(30));
  EXPECT_FALSE(flags.verbose);
}

TEST_F(ServerFlagsTest, EveryFlagArrives) {
  const ServerFlags flags = Good({"--listen",
                                  "127.0.0.1:0",
                                  "--listen",
                                  "unix:/x",
                                  "--data-dir",
                                  "/d",
                                  "--crash-dir",
                                  "/c",
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
                                  "--transfer-stall-max",
                                  "90s",
                                  "--io-backend",
                                  "threads",
                                  "--stall-after",
                                  "1500ms",
                                  "--buffer-guard-pages",
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
  EXPECT_EQ(flags.server.limits.transfer_stall_max, std::chrono::seconds(90));
  EXPECT_EQ(flags.server.limits.queued_items_max, 500);
  EXPECT_EQ(flags.server.limits.finished_jobs_max, 7);
  EXPECT_EQ(flags.server.limits.finished_items_max, 8);
  EXPECT_EQ(flags.engine.io_backend, IoBackend::kThreads);
  EXPECT_EQ(flags.engine.stall_after, std::chrono::milliseconds(1'500));
  EXPECT_EQ(flags.engine.buffer_guard, NodePages::Guard::kTrailingPage);
  EXPECT_TRUE(flags.verbose);
  EXPECT_EQ(flags.address_file, "/f");
  EXPECT_EQ(flags.crash_dir, "/c");
}

TEST_F(ServerFlagsTest, TheEnvironmentIsRead) {
  ASSERT_EQ(::setenv("PERFECTHASHD_LISTEN", "[::1]:7401,unix:/y", 1), 0);
  const ServerFlags flags = Good({});
  ::unsetenv("PERFECTHASHD_LISTEN");
  EXPECT_EQ(flags.server.listen,
            (std::vector<std::string>{"[::1]:7401", "unix:/y"}));
}

TEST_F(ServerFlagsTest, TimesHaveUnits) {
  EXPECT_EQ(Good({"--stall-after", "2m"}).engine.stall_after,
            std::chrono::minutes(2));
  EXPECT_EQ(Good({"--stall-after", "0s"}).engine.stall_after.count(), 0);
  ASSERT_EQ(::setenv("PERFECTHASHD_STALL_AFTER", "7s", 1), 0);
  const ServerFlags flags = Good({});
  ::unsetenv("PERFECTHASHD_STALL_AFTER");
  EXPECT_EQ(flags.engine.stall_after, std::chrono::seconds(7));
  EXPECT_EQ(
      Good({"--transfer-stall-max", "2m"}).server.limits.transfer_stall_max,
      std::chrono::minutes(2));
  for (const char* flag : {"--stall-after", "--transfer-stall-max"}) {
    for (const char* value : {"30", "-1s", "25h", "soon"}) {
      ExpectRefused(flag, value,
                    "is not a time from 0s to 24h with its unit, such as "
                    "500ms, 30s or 10m");
    }
  }
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
  EXPECT_NE(err_.str().find("--help"), std::string::npos);
}

TEST_F(ServerFlagsTest, RefusalsSayWhatIsRight) {
  for (const char* value : {"-1", "1025", "many"}) {
    ExpectRefused("--concurrency", value,
                  "is not a whole number from 0 to 1024");
  }
  ExpectRefused("--max-threads", "16385",
                "is not a whole number from 0 to 16384");
  ExpectRefused("--nodes", "a", "is not a whole number from 0 to 4095");
  for (const char* flag :
       {"--queue-items-max", "--finished-jobs-max", "--finished-items-max"}) {
    for (const char* value : {"0", "3000000000"}) {
      ExpectRefused(flag, value, "is not a whole number from 1 to 1000000000");
    }
  }
  ExpectRefused("--io-backend", "foo", "is none of auto, io_uring, threads");
  ExpectRefused("--node-policy", "foo",
                "is none of affinity, fixed, least-loaded, round-robin");
  ExpectRefused("--listen", "foo",
                "is no address to listen at: host and port are needed; give "
                "HOST:PORT such as 127.0.0.1:7400, [::1]:7400 or 0.0.0.0:7400, "
                "or unix:PATH");
}

TEST_F(ServerFlagsTest, MemoryHasALeastSize) {
  EXPECT_EQ(Good({"--memory-limit", "16MiB"}).engine.memory_bytes_max,
            std::uint64_t{16} << 20);
  EXPECT_EQ(Good({"--memory-limit", "0"}).engine.memory_bytes_max, 0u);
  for (const char* value : {"-1", "1", "15MiB", "GiB", "99999999999TiB"}) {
    ExpectRefused("--memory-limit", value,
                  "is neither 0 nor a size of at least 16MiB, such as 4GiB");
  }
}

}  // namespace
}  // namespace perfecthash
