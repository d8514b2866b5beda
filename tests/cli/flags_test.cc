#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <cstdlib>

#include "cli/flag_group.h"
#include "cli/follow_flags.h"
#include "cli/help_format.h"
#include "cli/job_flags.h"
#include "cli/table_flags.h"

namespace perfecthash {
namespace {

using testing::HasSubstr;

// The error of parsing `words`; "" when there is none.
std::string Parse(CLI::App& app, std::vector<std::string> words) {
  std::reverse(words.begin(), words.end());  // as CLI11 takes a vector
  try {
    app.parse(words);
  } catch (const CLI::ParseError& error) {
    return error.what();
  }
  return "";
}

class JobFlagsTest : public testing::Test {
 protected:
  JobFlagsTest() {
    AddJobFlags(app_, request_);
    AddFollowFlags(app_, follow_);
  }
  std::string Parse(const std::vector<std::string>& words) {
    return perfecthash::Parse(app_, words);
  }

  CLI::App app_;
  v1::CreateBulkJobRequest request_;
  FollowOptions follow_;
};

TEST_F(JobFlagsTest, WhatIsNotGivenStaysUnset) {
  EXPECT_EQ(Parse({}), "");
  EXPECT_EQ(request_.ByteSizeLong(), 0u);
  EXPECT_EQ(follow_.watch.ByteSizeLong(), 0u);
}

TEST_F(JobFlagsTest, TableOptionsAreSet) {
  EXPECT_EQ(Parse({"--hash-function",
                   "Mulshrolate4RX",
                   "--seed",
                   "0x10",
                   "--seeds",
                   "1,2,0xffffffff",
                   "--max-attempts",
                   "9",
                   "--max-solve-time",
                   "10s",
                   "--table-resizes",
                   "1",
                   "--max-table-resizes",
                   "3",
                   "--attempts-before-table-resize",
                   "100",
                   "--emit",
                   "c",
                   "--index-only",
                   "--file-io",
                   "mapped"}),
            "");
  const v1::TableOptions& options = request_.table_options();
  EXPECT_EQ(options.hash_function(), "Mulshrolate4RX");
  EXPECT_EQ(options.seed(), 16u);
  EXPECT_THAT(options.seeds(), testing::ElementsAre(1, 2, 0xffffffff));
  EXPECT_EQ(options.max_attempts(), 9);
  EXPECT_EQ(options.max_solve_duration().seconds(), 10);
  EXPECT_EQ(options.initial_table_resizes(), 1);
  EXPECT_EQ(options.max_table_resizes(), 3);
  EXPECT_EQ(options.attempts_before_table_resize(), 100);
  EXPECT_THAT(options.artifact_kinds(), testing::ElementsAre("c"));
  EXPECT_TRUE(options.index_only());
  EXPECT_EQ(options.file_io(), v1::FILE_IO_MAPPED);
  EXPECT_TRUE(MakesArtifacts(options));
}

TEST_F(JobFlagsTest, SearchAndBestGraphAreSet) {
  EXPECT_EQ(Parse({"--seed-masks",
                   "0xff,0",
                   "--seed3-byte2-counts",
                   "0,0,3",
                   "--seed-search",
                   "pool",
                   "--kernel",
                   "avx2",
                   "--best-graph",
                   "LowestRank",
                   "--best-graph-solutions",
                   "50",
                   "--best-graph-attempts",
                   "9000",
                   "--best-graph-target",
                   "0.25",
                   "--best-graph-equal",
                   "3",
                   "--best-graph-keys",
                   "1,0xff"}),
            "");
  const v1::TableOptions& options = request_.table_options();
  EXPECT_EQ(options.seed_search(), v1::SEED_SEARCH_POOL);
  EXPECT_THAT(options.seed_masks(), testing::ElementsAre(255, 0));
  ASSERT_EQ(options.seed3_byte_counts_size(), 2);
  EXPECT_EQ(options.seed3_byte_counts(0).counts_size(), 0);
  EXPECT_THAT(options.seed3_byte_counts(1).counts(),
              testing::ElementsAre(0, 0, 3));
  EXPECT_EQ(options.kernel(), "avx2");
  const v1::BestGraph& best = options.best_graph();
  EXPECT_EQ(best.predicate(), "LowestRank");
  EXPECT_EQ(best.max_solutions(), 50);
  EXPECT_EQ(best.max_attempts(), 9000);
  EXPECT_EQ(best.target_value(), 0.25);
  EXPECT_EQ(best.max_equal_count(), 3);
  EXPECT_THAT(best.keys_subset(), testing::ElementsAre(1, 255));
}

TEST_F(JobFlagsTest, EmitNoneMeansNoFiles) {
  EXPECT_EQ(Parse({"--file-io", "mapped", "--emit", "none"}), "");
  EXPECT_FALSE(MakesArtifacts(request_.table_options()));
}

TEST_F(JobFlagsTest, ConcurrencyAndNodesAreSet) {
  EXPECT_EQ(Parse({"--max-concurrency", "64", "--initial-lanes", "2",
                   "--max-lanes", "8", "--increase-lanes-after", "250ms",
                   "--max-threads", "3", "--max-memory", "64MiB",
                   "--node-policy", "least-loaded", "--nodes", "0,1"}),
            "");
  const v1::ConcurrencyLimits& limits = request_.concurrency_limits();
  EXPECT_EQ(limits.max_concurrent_tables(), 64);
  EXPECT_EQ(limits.initial_lanes_per_table(), 2);
  EXPECT_EQ(limits.max_lanes_per_table(), 8);
  EXPECT_EQ(limits.increase_lanes_after().nanos(), 250'000'000);
  EXPECT_EQ(limits.max_threads(), 3);
  EXPECT_EQ(limits.max_memory_bytes(), 64 << 20);
  EXPECT_EQ(request_.node_policy().mode(), v1::NodePolicy::MODE_LEAST_LOADED);
  EXPECT_THAT(request_.node_policy().node_ids(), testing::ElementsAre(0, 1));
}

TEST_F(JobFlagsTest, SchedulingAndIdentityAreSet) {
  EXPECT_EQ(Parse({"--priority",
                   "1",
                   "--fairness-key",
                   "team",
                   "--fairness-weight",
                   "2.5",
                   "--queue-timeout",
                   "1m",
                   "--execution-timeout",
                   "2h",
                   "--item-order",
                   "shortest-first",
                   "--failure-policy",
                   "stop",
                   "--on-disconnect",
                   "cancel",
                   "--display-name",
                   "nightly",
                   "--label",
                   "a=1",
                   "--label",
                   "b=x=y",
                   "--request-id",
                   "id",
                   "--validate-only"}),
            "");
  const v1::SchedulingPolicy& policy = request_.scheduling_policy();
  EXPECT_EQ(policy.priority(), 1);
  EXPECT_EQ(policy.item_order(), v1::ITEM_ORDER_SHORTEST_FIRST);
  EXPECT_EQ(policy.fairness_key(), "team");
  EXPECT_FLOAT_EQ(policy.fairness_weight(), 2.5f);
  EXPECT_EQ(policy.queue_timeout().seconds(), 60);
  EXPECT_EQ(policy.execution_timeout().seconds(), 7200);
  EXPECT_EQ(policy.failure_policy(), v1::FAILURE_POLICY_STOP_ON_FIRST);
  EXPECT_EQ(request_.disconnect_policy(), v1::DISCONNECT_POLICY_CANCEL);
  EXPECT_EQ(request_.display_name(), "nightly");
  EXPECT_EQ(request_.labels().at("a"), "1");
  EXPECT_EQ(request_.labels().at("b"), "x=y");
  EXPECT_EQ(request_.request_id(), "id");
  EXPECT_TRUE(request_.validate_only());
}

TEST_F(JobFlagsTest, WatchOptionsAreSet) {
  EXPECT_EQ(Parse({"--min-interval", "20ms", "--heartbeat-interval", "5s",
                   "--item-events", "all", "--on-interrupt", "cancel",
                   "--reattach-timeout", "3s"}),
            "");
  EXPECT_EQ(follow_.watch.min_interval().nanos(), 20'000'000);
  EXPECT_EQ(follow_.watch.heartbeat_interval().seconds(), 5);
  EXPECT_EQ(follow_.watch.item_events(), v1::ITEM_EVENTS_ALL);
  EXPECT_EQ(follow_.on_interrupt, OnInterrupt::kCancel);
  EXPECT_EQ(follow_.reattach_timeout, std::chrono::seconds(3));
}

TEST_F(JobFlagsTest, BadValuesSayWhatIsExpected) {
  EXPECT_THAT(Parse({"--priority", "9"}),
              HasSubstr("--priority: \"9\" is not a number from 1 to 5"));
  EXPECT_THAT(Parse({"--max-solve-time", "10"}), HasSubstr("write 500ms"));
  EXPECT_THAT(Parse({"--max-memory", "lots"}), HasSubstr("64KiB"));
  EXPECT_THAT(Parse({"--file-io", "fast"}),
              HasSubstr("none of overlapped|mapped|none"));
  EXPECT_THAT(Parse({"--label", "novalue"}), HasSubstr("not KEY=VALUE"));
  EXPECT_THAT(Parse({"--seeds", "1,x"}), HasSubstr("\"x\""));
  EXPECT_THAT(Parse({"--fairness-weight", "big"}), HasSubstr("not a number"));
}

TEST_F(JobFlagsTest, EveryFieldOfTheRequestHasItsFlag) {
  // Counted, so that a new field in the API is not forgotten here: items and
  // directory come from the files, the rest from flags.
  EXPECT_EQ(v1::CreateBulkJobRequest::descriptor()->field_count(), 11);
  EXPECT_EQ(v1::CreateTableJobRequest::descriptor()->field_count(), 12);
  EXPECT_EQ(v1::TableOptions::descriptor()->field_count(), 16);
  EXPECT_EQ(v1::BestGraph::descriptor()->field_count(), 6);
  EXPECT_EQ(v1::ConcurrencyLimits::descriptor()->field_count(), 6);
  EXPECT_EQ(v1::SchedulingPolicy::descriptor()->field_count(), 7);
  EXPECT_EQ(v1::NodePolicy::descriptor()->field_count(), 2);
  EXPECT_EQ(v1::WatchOptions::descriptor()->field_count(), 3);
}

TEST_F(JobFlagsTest, EveryOptionNamesItsVariable) {
  for (const CLI::Option* option : app_.get_options()) {
    if (option->get_name() == "--help") continue;
    EXPECT_THAT(option->get_description(),
                HasSubstr(EnvironmentVariableOf(option->get_name(false, true))))
        << option->get_name();
  }
}

TEST_F(JobFlagsTest, TheCommandLineBeatsTheVariable) {
  ::setenv("PERFECTHASH_PRIORITY", "2", 1);
  ::setenv("PERFECTHASH_MAX_LANES", "3", 1);
  EXPECT_EQ(Parse({"--priority", "5"}), "");
  ::unsetenv("PERFECTHASH_PRIORITY");
  ::unsetenv("PERFECTHASH_MAX_LANES");
  EXPECT_EQ(request_.scheduling_policy().priority(), 5);
  EXPECT_EQ(request_.concurrency_limits().max_lanes_per_table(), 3);
}

TEST(RequestIdTest, IsARandomUuid) {
  const std::string id = MakeRequestId();
  EXPECT_THAT(id, testing::MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-"
                                        "[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
  EXPECT_NE(id, MakeRequestId());
}

TEST(EnvironmentVariableTest, FollowsTheLongName) {
  EXPECT_EQ(EnvironmentVariableOf("--max-lanes"), "PERFECTHASH_MAX_LANES");
  EXPECT_EQ(EnvironmentVariableOf("-O,--output-directory"),
            "PERFECTHASH_OUTPUT_DIRECTORY");
}

TEST(WrapTextTest, BreaksAtEightyColumns) {
  const std::string text = WrapText(std::string(70, 'a') + " bb cc dd ee", 6);
  EXPECT_EQ(text, "      " + std::string(70, 'a') + " bb\n      cc dd ee\n");
}

}  // namespace
}  // namespace perfecthash
