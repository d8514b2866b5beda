// What is refused of a request for a job, field by field.
#include <gtest/gtest.h>

#include "service/job/best_graph_options.h"
#include "service/job/job_policy.h"
#include "service/job/key_source_reader.h"
#include "service/job/table_options.h"
#include "tests/service/job_planning_fixture.h"

namespace perfecthash {
namespace {

class JobRequestCheckTest : public JobPlanningFixture {};

TEST_F(JobRequestCheckTest, InvalidFieldsAreNamed) {
  const auto expect_invalid = [&](const std::string& field, auto change) {
    v1::CreateTableJobRequest request = Table();
    change(request);
    const absl::Status status = planner_->Plan(request, kPeer).status();
    EXPECT_EQ(ReasonOf(status), "INVALID_FIELD") << field << ": " << status;
    EXPECT_NE(status.message().find(field), std::string::npos) << status;
  };
  expect_invalid("keys", [](auto& r) { r.clear_keys(); });
  expect_invalid("inline_keys", [](auto& r) {
    r.mutable_keys()->set_inline_keys(std::string(101, 'x'));
  });
  expect_invalid("key_size_bytes",
                 [](auto& r) { r.mutable_keys()->set_key_size_bytes(3); });
  expect_invalid("key_set",
                 [](auto& r) { r.mutable_keys()->set_key_set("a.keys"); });
  expect_invalid("key_set",
                 [](auto& r) { r.mutable_keys()->set_key_set("keySets/ab"); });
  expect_invalid("max_attempts", [](auto& r) {
    r.mutable_table_options()->set_max_attempts(-1);
  });
  expect_invalid("max_solve_duration", [](auto& r) {
    r.mutable_table_options()->mutable_max_solve_duration()->set_seconds(-1);
  });
  expect_invalid("seeds",
                 [](auto& r) { r.mutable_table_options()->add_seeds(1); });
  expect_invalid("seeds", [](auto& r) {
    r.mutable_table_options()->set_hash_function("Jenkins");
    r.mutable_table_options()->add_seeds(1);
  });
  expect_invalid("seeds", [](auto& r) {
    r.mutable_table_options()->set_hash_function("Jenkins");
    r.mutable_table_options()->add_seeds(1);
    r.mutable_table_options()->add_seeds(std::uint64_t{1} << 32);
  });
  expect_invalid("seed_masks", [](auto& r) {
    r.mutable_table_options()->add_seed_masks(std::uint64_t{1} << 32);
  });
  expect_invalid("seed_masks", [](auto& r) {
    for (int i = 0; i < 9; ++i) r.mutable_table_options()->add_seed_masks(1);
  });
  expect_invalid("seed3_byte_counts", [](auto& r) {
    for (int i = 0; i < 5; ++i) {
      r.mutable_table_options()->add_seed3_byte_counts()->add_counts(1);
    }
  });
  expect_invalid("seed3_byte_counts", [](auto& r) {
    auto& byte = *r.mutable_table_options()->add_seed3_byte_counts();
    for (int i = 0; i < 65; ++i) byte.add_counts(1);
  });
  expect_invalid("attempts_before_table_resize", [](auto& r) {
    r.mutable_table_options()->set_attempts_before_table_resize(-1);
  });
  expect_invalid("max_table_resizes", [](auto& r) {
    r.mutable_table_options()->set_max_table_resizes(9);
  });
  expect_invalid("initial_table_resizes", [](auto& r) {
    r.mutable_table_options()->set_initial_table_resizes(-1);
  });
  expect_invalid("initial_table_resizes", [](auto& r) {
    r.mutable_table_options()->set_initial_table_resizes(2);
    r.mutable_table_options()->set_max_table_resizes(1);
  });
  expect_invalid("artifact_kinds", [](auto& r) {
    r.mutable_table_options()->add_artifact_kinds("rust");
  });
  expect_invalid("seed_search", [](auto& r) {
    r.mutable_table_options()->set_seed_search(static_cast<v1::SeedSearch>(9));
  });
  expect_invalid("kernel", [](auto& r) {
    r.mutable_table_options()->set_kernel("abacus");
  });
  expect_invalid("file_io", [](auto& r) {
    r.mutable_table_options()->set_file_io(static_cast<v1::FileIo>(99));
  });
  expect_invalid("max_threads", [](auto& r) {
    r.mutable_concurrency_limits()->set_max_threads(-1);
  });
  expect_invalid("max_memory_bytes", [](auto& r) {
    r.mutable_concurrency_limits()->set_max_memory_bytes(-1);
  });
  expect_invalid("max_lanes_per_table", [](auto& r) {
    r.mutable_concurrency_limits()->set_max_lanes_per_table(-1);
  });
  expect_invalid("increase_lanes_after", [](auto& r) {
    r.mutable_concurrency_limits()->mutable_increase_lanes_after()->set_seconds(
        -1);
  });
  expect_invalid("node_ids", [](auto& r) {
    r.mutable_node_policy()->add_node_ids(0);
    r.mutable_node_policy()->add_node_ids(0);
  });
  expect_invalid("priority", [](auto& r) {
    r.mutable_scheduling_policy()->set_priority(6);
  });
  expect_invalid("item_order", [](auto& r) {
    r.mutable_scheduling_policy()->set_item_order(
        static_cast<v1::ItemOrder>(9));
  });
  expect_invalid("fairness_key", [](auto& r) {
    r.mutable_scheduling_policy()->set_fairness_key(std::string(65, 'x'));
  });
  expect_invalid("fairness_weight", [](auto& r) {
    r.mutable_scheduling_policy()->set_fairness_weight(-1);
  });
  expect_invalid("failure_policy", [](auto& r) {
    r.mutable_scheduling_policy()->set_failure_policy(
        static_cast<v1::FailurePolicy>(9));
  });
  expect_invalid("disconnect_policy", [](auto& r) {
    r.set_disconnect_policy(static_cast<v1::DisconnectPolicy>(9));
  });
  expect_invalid("artifact_kinds", [](auto& r) {
    for (int i = 0; i < 3; ++i) {
      r.mutable_table_options()->add_artifact_kinds("c");
    }
  });
  expect_invalid("display_name",
                 [](auto& r) { r.set_display_name(std::string(257, 'x')); });
  expect_invalid("labels", [](auto& r) { (*r.mutable_labels())[""] = "x"; });
  expect_invalid("request_id", [](auto& r) { r.set_request_id("me"); });
}

TEST_F(JobRequestCheckTest, WhatIsMissingIsSaid) {
  v1::CreateTableJobRequest request = Table();
  v1::TableOptions& options = *request.mutable_table_options();
  const auto message = [&] {
    return std::string(planner_->Plan(request, kPeer).status().message());
  };
  options.mutable_best_graph()->set_max_solutions(5);
  EXPECT_EQ(message().find("table_options.best_graph.predicate is not set; "
                           "give Lowest or Highest and a measure, such as "
                           "LowestNumberOfUsedCacheLines"),
            0u)
      << message();
  options.clear_best_graph();
  options.add_seeds(1);
  EXPECT_EQ(message(),
            "table_options.seeds are of one hash function, and "
            "table_options.hash_function does not name one; give that of the "
            "table that they are of");
}

TEST_F(JobRequestCheckTest, InvalidFieldsOfABestGraphAreNamed) {
  const auto expect_invalid = [&](const std::string& field, auto change) {
    v1::CreateTableJobRequest request = Table();
    v1::BestGraph& best =
        *request.mutable_table_options()->mutable_best_graph();
    best.set_predicate("LowestRank");
    EXPECT_TRUE(planner_->Plan(request, kPeer).ok());
    change(best);
    const absl::Status status = planner_->Plan(request, kPeer).status();
    EXPECT_EQ(ReasonOf(status), "INVALID_FIELD") << field << ": " << status;
    EXPECT_EQ(MetadataOf(status)["field"], "table_options.best_graph." + field);
  };
  expect_invalid("predicate", [](auto& b) { b.clear_predicate(); });
  expect_invalid("predicate", [](auto& b) { b.set_predicate("Rank"); });
  expect_invalid("max_solutions", [](auto& b) { b.set_max_solutions(-1); });
  expect_invalid("max_attempts", [](auto& b) { b.set_max_attempts(-1); });
  expect_invalid("max_equal_count", [](auto& b) { b.set_max_equal_count(-1); });
  expect_invalid("target_value", [](auto& b) { b.set_target_value(1 / 0.0); });
  expect_invalid("keys_subset", [](auto& b) { b.add_keys_subset(1); });
  expect_invalid("keys_subset", [](auto& b) {
    b.set_predicate("LowestNumberOfPagesUsedByKeysSubset");
  });
}

TEST_F(JobRequestCheckTest, AWrongPredicateListsTheMeasures) {
  v1::BestGraph best;
  best.set_predicate("Fewest");
  const auto read = ReadBestGraph(best);
  EXPECT_NE(read.status().message().find("NumberOfUsedCacheLines, "),
            std::string::npos)
      << read.status();
}

TEST_F(JobRequestCheckTest, OtherFaultsHaveTheirOwnReasons) {
  EXPECT_EQ(ReasonAfter([](auto& r) {
              r.mutable_table_options()->set_hash_function("MD5");
            }),
            "HASH_FUNCTION_UNKNOWN");
  EXPECT_EQ(
      ReasonAfter([](auto& r) { r.mutable_node_policy()->add_node_ids(7); }),
      "NODE_UNKNOWN");
  EXPECT_EQ(ReasonAfter([](auto& r) { r.set_item_id(std::string(256, 'x')); }),
            "ITEM_ID_INVALID");
  EXPECT_EQ(ReasonAfter([](auto& r) { r.set_item_id("a\nb"); }),
            "ITEM_ID_INVALID");
  auto request = Table();
  request.mutable_keys()->set_key_set("keySets/" + std::string(64, 'a'));
  EXPECT_EQ(ReasonFor(request), "KEY_SET_MISSING");
  request.mutable_keys()->set_server_path("/etc/passwd");
  EXPECT_EQ(ReasonFor(request), "PATH_NOT_ALLOWED");
}

// ------------------------------------------------------------- table options

TEST(TableOptionsTest, AnItemsOptionsReplaceTheJobs) {
  v1::TableOptions job;
  job.set_hash_function("Jenkins");
  job.set_max_attempts(5);
  job.add_artifact_kinds("c");
  job.add_seeds(1);
  v1::TableOptions item;
  item.set_max_attempts(6);
  item.add_artifact_kinds("table");
  const v1::TableOptions merged = MergeTableOptions(job, item);
  EXPECT_EQ(merged.hash_function(), "Jenkins");
  EXPECT_EQ(merged.max_attempts(), 6);
  ASSERT_EQ(merged.artifact_kinds_size(), 1);
  EXPECT_EQ(merged.artifact_kinds(0), "table");
  EXPECT_EQ(merged.seeds_size(), 1);
}

TEST(TableOptionsTest, AnItemsBestGraphReplacesTheJobsAsAWhole) {
  v1::TableOptions job;
  job.mutable_best_graph()->set_predicate("LowestRank");
  job.mutable_best_graph()->set_max_solutions(5);
  v1::TableOptions item;
  item.mutable_best_graph()->set_predicate("HighestScore");
  const v1::TableOptions merged = MergeTableOptions(job, item);
  EXPECT_EQ(merged.best_graph().predicate(), "HighestScore");
  EXPECT_EQ(merged.best_graph().max_solutions(), 0);
  EXPECT_EQ(MergeTableOptions(job, {}).best_graph().max_solutions(), 5);
}

TEST(TableOptionsTest, TheSolversOptionsAreRead) {
  v1::TableOptions options;
  options.set_seed_search(v1::SEED_SEARCH_POOL);
  options.set_kernel("scalar");
  options.add_seed_masks(0xff);
  options.add_seed3_byte_counts();
  options.add_seed3_byte_counts()->add_counts(5);
  options.set_max_table_resizes(2);  // when it is time to is found out
  v1::BestGraph& best = *options.mutable_best_graph();
  best.set_predicate("LowestNumberOfCacheLinesUsedByKeysSubset");
  best.add_keys_subset(7);
  best.set_target_value(-0.5);
  best.set_max_attempts(8);
  best.set_max_equal_count(9);
  const auto read = ReadTableOptions(options);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->solver.search, SeedSearch::kPool);
  EXPECT_EQ(read->solver.kernel, "scalar");
  EXPECT_EQ(read->solver.seed_masks, std::vector<std::uint32_t>{0xff});
  EXPECT_EQ(read->solver.seed3_byte_counts,
            (std::vector<std::vector<std::uint32_t>>{{}, {5}}));
  ASSERT_TRUE(read->best_graph.has_value());
  EXPECT_EQ(NameOf(read->best_graph->predicate), best.predicate());
  EXPECT_EQ(read->best_graph->solutions_max, 1000u);
  EXPECT_EQ(read->best_graph->attempts_max, 8u);
  EXPECT_EQ(read->best_graph->target_value, -0.5);
  EXPECT_EQ(read->best_graph->equal_count_max, 9u);
  EXPECT_EQ(read->best_graph->keys_subset, std::vector<std::uint64_t>{7});
  const auto none = ReadTableOptions({});
  ASSERT_TRUE(none.ok());
  EXPECT_EQ(none->solver.search, SeedSearch::kAuto);
  EXPECT_FALSE(none->best_graph.has_value());
}

TEST(JobPolicyTest, WhatIsShownIsWhatIsApplied) {
  const NodePolicy nodes{.mode = NodePolicy::Mode::kFixed, .node_ids = {1}};
  EXPECT_EQ(ShowNodePolicy(nodes).mode(), v1::NodePolicy::MODE_FIXED);
  EXPECT_EQ(ShowNodePolicy(nodes).node_ids(0), 1);
  v1::SchedulingPolicy requested;
  const auto policy = ReadSchedulingPolicy(requested, "unix:");
  ASSERT_TRUE(policy.ok());
  const v1::SchedulingPolicy shown = ShowSchedulingPolicy(*policy);
  EXPECT_EQ(shown.priority(), 3);
  EXPECT_EQ(shown.fairness_key(), "unix:");
  EXPECT_EQ(shown.fairness_weight(), 1.0f);
  EXPECT_EQ(shown.failure_policy(), v1::FAILURE_POLICY_CONTINUE);
  EXPECT_FALSE(shown.has_queue_timeout());
}

TEST(JobPolicyTest, ConnectionsOfOneHostShareAFairnessKey) {
  const v1::SchedulingPolicy none;
  EXPECT_EQ(ReadSchedulingPolicy(none, "ipv6:%5B::1%5D:5555")->fairness_key,
            "ipv6:%5B::1%5D");
}

}  // namespace
}  // namespace perfecthash
