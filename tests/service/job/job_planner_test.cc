#include "service/job/job_planner.h"

#include <gtest/gtest.h>

#include "service/rpc/proto_time.h"
#include "tests/service/job_planning_fixture.h"

namespace perfecthash {
namespace {

class JobPlannerTest : public JobPlanningFixture {};

TEST_F(JobPlannerTest, ATableJobGetsItsDefaults) {
  const auto plan = planner_->Plan(Table(), kPeer);
  ASSERT_TRUE(plan.ok()) << plan.status();
  ASSERT_EQ(plan->spec.items.size(), 1u);
  const TableRequest& table = plan->spec.items[0];
  EXPECT_EQ(table.name, "table");
  EXPECT_EQ(table.options->key_width, KeyWidth::k32Bits);
  EXPECT_EQ(table.options->file_io, FileIo::kOverlapped);
  EXPECT_EQ(table.options->lanes.initial, 1);
  EXPECT_EQ(table.options->lanes.max, 2);  // the node's threads
  EXPECT_EQ(table.options->solver.seed, kDefaultSeed);
  EXPECT_EQ(table.output_directory,
            folder_ / ("artifacts/" + plan->description.id + "/0"));
  EXPECT_EQ(plan->spec.scheduling.priority, 3);
  EXPECT_EQ(plan->spec.scheduling.fairness_key, "ipv4:10.0.0.7");
  EXPECT_EQ(plan->spec.nodes.mode, NodePolicy::Mode::kLeastLoaded);

  const v1::Job& head = plan->description.head;
  EXPECT_EQ(head.name(), "jobs/" + plan->description.id);
  EXPECT_EQ(head.kind(), v1::Job::KIND_TABLE);
  EXPECT_EQ(head.disconnect_policy(), v1::DISCONNECT_POLICY_DETACH);
  EXPECT_EQ(head.concurrency_limits().max_concurrent_tables(), 64);
  EXPECT_EQ(head.node_policy().mode(), v1::NodePolicy::MODE_LEAST_LOADED);
}

TEST_F(JobPlannerTest, AWaitedTableIsTiedToItsCall) {
  auto request = Table();
  *request.mutable_wait() = ToDuration(std::chrono::seconds(1));
  EXPECT_EQ(
      planner_->Plan(request, kPeer)->description.head.disconnect_policy(),
      v1::DISCONNECT_POLICY_CANCEL);
  EXPECT_EQ(
      planner_->Plan(Bulk(1), kPeer)->description.head.disconnect_policy(),
      v1::DISCONNECT_POLICY_DETACH);
}

TEST_F(JobPlannerTest, LimitsAreClampedAndShown) {
  auto request = Table();
  auto* limits = request.mutable_concurrency_limits();
  limits->set_max_concurrent_tables(1'000'000);
  limits->set_max_threads(1);
  limits->set_initial_lanes_per_table(99);
  limits->mutable_increase_lanes_after();
  const auto plan = planner_->Plan(request, kPeer);
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ(plan->spec.limits.tables_max, 64);
  EXPECT_EQ(plan->spec.limits.threads_max, 1);
  EXPECT_EQ(plan->spec.items[0].options->lanes.initial, 2);
  EXPECT_EQ(plan->spec.items[0].options->lanes.increase_after.count(), 0);
  const auto& shown = plan->description.head.concurrency_limits();
  EXPECT_EQ(shown.max_concurrent_tables(), 64);
  EXPECT_EQ(shown.initial_lanes_per_table(), 2);
}

TEST_F(JobPlannerTest, EveryOptionReachesTheEngine) {
  auto request = Table();
  request.mutable_keys()->set_key_size_bytes(8);
  auto* options = request.mutable_table_options();
  options->set_hash_function("Jenkins");
  options->set_seed(5);
  options->add_seeds(7);
  options->add_seeds(8);
  options->set_max_attempts(9);
  *options->mutable_max_solve_duration() =
      ToDuration(std::chrono::milliseconds(10));
  options->set_initial_table_resizes(1);
  options->set_max_table_resizes(2);
  options->set_attempts_before_table_resize(100);
  options->add_artifact_kinds("c");
  options->set_index_only(true);
  options->set_file_io(v1::FILE_IO_MAPPED);
  auto* scheduling = request.mutable_scheduling_policy();
  scheduling->set_priority(1);
  scheduling->set_fairness_key("team");
  scheduling->set_fairness_weight(2.5f);
  scheduling->set_failure_policy(v1::FAILURE_POLICY_STOP_ON_FIRST);
  *scheduling->mutable_queue_timeout() = ToDuration(std::chrono::seconds(3));
  const auto plan = planner_->Plan(request, kPeer);
  ASSERT_TRUE(plan.ok()) << plan.status();
  const TableOptions& table = *plan->spec.items[0].options;
  EXPECT_EQ(table.key_width, KeyWidth::k64Bits);
  EXPECT_EQ(table.solver.hash_function, "Jenkins");
  EXPECT_EQ(table.solver.seed, 5u);
  EXPECT_EQ(table.solver.seeds, (std::vector<std::uint32_t>{7, 8}));
  EXPECT_EQ(table.solver.max_attempts, 9u);
  EXPECT_EQ(table.solve_time_max, std::chrono::milliseconds(10));
  EXPECT_EQ(table.solver.initial_table_resizes, 1);
  EXPECT_EQ(table.solver.max_table_resizes, 2);
  EXPECT_EQ(table.solver.attempts_before_table_resize, 100u);
  EXPECT_TRUE(table.generator.c);
  EXPECT_FALSE(table.generator.table);
  EXPECT_TRUE(table.generator.index_only);
  EXPECT_EQ(table.file_io, FileIo::kMapped);
  EXPECT_EQ(plan->spec.scheduling.priority, 1);
  EXPECT_EQ(plan->spec.scheduling.fairness_key, "team");
  EXPECT_DOUBLE_EQ(plan->spec.scheduling.fairness_weight, 2.5);
  EXPECT_EQ(plan->spec.scheduling.failure_policy, FailurePolicy::kStopOnFirst);
  EXPECT_EQ(plan->spec.scheduling.queue_timeout, std::chrono::seconds(3));
}

TEST_F(JobPlannerTest, AutoIsTheDefaultHashFunction) {
  auto request = Table();
  const auto absent = planner_->Plan(request, kPeer);
  request.mutable_table_options()->set_hash_function("Auto");
  const auto named = planner_->Plan(request, kPeer);
  ASSERT_TRUE(named.ok()) << named.status();
  EXPECT_EQ(named->spec.items[0].options->solver.hash_function,
            absent->spec.items[0].options->solver.hash_function);
}

TEST_F(JobPlannerTest, BulkItemsAreCheckedAndShareOptions) {
  auto request = Bulk(3);
  request.mutable_table_options()->set_seed(1);
  request.mutable_items(2)->mutable_table_options()->set_seed(2);
  const auto plan = planner_->Plan(request, kPeer);
  ASSERT_TRUE(plan.ok()) << plan.status();
  const auto& items = plan->spec.items;
  EXPECT_EQ(items[0].options, items[1].options);
  EXPECT_EQ(items[0].options->solver.seed, 1u);
  EXPECT_EQ(items[2].options->solver.seed, 2u);
  EXPECT_EQ(items[1].name, "item-1");

  EXPECT_EQ(ReasonFor(Bulk(11)), "TOO_MANY_ITEMS");
  EXPECT_EQ(ReasonFor(Bulk(0)), "ITEMS_OR_DIRECTORY");
  request = Bulk(2);
  request.mutable_items(1)->set_item_id("item-0");
  EXPECT_EQ(ReasonFor(request), "ITEM_ID_DUPLICATE");
  request.mutable_items(1)->set_item_id("");
  EXPECT_EQ(ReasonFor(request), "ITEM_ID_INVALID");
  request = Bulk(1);
  request.mutable_directory()->set_keys_path("/x");
  EXPECT_EQ(ReasonFor(request), "ITEMS_OR_DIRECTORY");
}

TEST_F(JobPlannerTest, ADirectoryIsItsKeyFiles) {
  const auto plan = planner_->Plan(Directory(), kPeer);
  ASSERT_TRUE(plan.ok()) << plan.status();
  ASSERT_EQ(plan->spec.items.size(), 2u);
  EXPECT_EQ(plan->spec.items[1].name, "b");
  EXPECT_EQ(std::get<KeyFile>(plan->spec.items[1].keys).path,
            folder_ / "root/keys/b.keys");
  EXPECT_EQ(plan->spec.items[1].output_directory,
            folder_ / "root/keys_tables/b");
  EXPECT_EQ(plan->description.head.output_path(), folder_ / "root/keys_tables");
  EXPECT_EQ(plan->description.artifact_directory, "");
}

TEST_F(JobPlannerTest, FileNamesOfADirectoryAreCheckedAsIdsAre) {
  // Such an id would make each message that holds it unreadable.
  folder_.Write("root/keys/caf\xe9.keys", "cccc");
  EXPECT_EQ(ReasonFor(Directory()), "ITEM_ID_INVALID");
}

TEST_F(JobPlannerTest, OutputStaysBelowTheRootsToo) {
  auto request = Directory();
  request.mutable_directory()->set_output_path(folder_ / "elsewhere");
  EXPECT_EQ(ReasonFor(request), "PATH_NOT_ALLOWED");
  // The default of a root itself lies beside it.
  folder_.Write("root/c.keys", "cccc");
  request.mutable_directory()->set_keys_path(folder_ / "root");
  request.mutable_directory()->clear_output_path();
  EXPECT_EQ(ReasonFor(request), "PATH_NOT_ALLOWED");
  // Unless nothing is written.
  request.mutable_table_options()->set_file_io(v1::FILE_IO_NONE);
  const auto plan = planner_->Plan(request, kPeer);
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ(plan->spec.items[0].output_directory, "");
}

TEST_F(JobPlannerTest, SizesOfFilesAreLookedUpForShortestFirstAlone) {
  folder_.Write("root/keys/c.keys", "cccccccc");
  v1::CreateBulkJobRequest request = Directory();
  const auto as_given = planner_->Plan(request, kPeer);
  ASSERT_TRUE(as_given.ok()) << as_given.status();
  EXPECT_EQ(as_given->spec.scheduling.item_order, ItemOrder::kAsGiven);
  EXPECT_EQ(as_given->spec.items[0].size_hint_bytes, std::nullopt);
  EXPECT_EQ(as_given->description.head.scheduling_policy().item_order(),
            v1::ITEM_ORDER_AS_GIVEN);
  request.mutable_scheduling_policy()->set_item_order(
      v1::ITEM_ORDER_SHORTEST_FIRST);
  const auto sorted = planner_->Plan(request, kPeer);
  ASSERT_TRUE(sorted.ok()) << sorted.status();
  EXPECT_EQ(sorted->spec.scheduling.item_order, ItemOrder::kShortestFirst);
  ASSERT_EQ(sorted->spec.items.size(), 3u);
  EXPECT_EQ(sorted->spec.items[0].size_hint_bytes, 4u);
  EXPECT_EQ(sorted->spec.items[2].size_hint_bytes, 8u);
  EXPECT_EQ(sorted->description.head.scheduling_policy().item_order(),
            v1::ITEM_ORDER_SHORTEST_FIRST);
}

}  // namespace
}  // namespace perfecthash
