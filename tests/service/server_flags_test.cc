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
                                  "90",
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
  EXPECT_EQ(std::get<int>(Parse({"--stall-after", "30"})), 2);
  EXPECT_EQ(std::get<int>(Parse({"--stall-after", "-1s"})), 2);
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

}  // namespace
}  // namespace perfecthash
