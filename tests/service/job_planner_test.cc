#include "service/job_planner.h"

#include <gtest/gtest.h>

#include "engine/base/error_reason.h"
#include "service/job_creator.h"
#include "service/proto_time.h"
#include "service/table_options.h"
#include "tests/support/fake_engine.h"
#include "tests/support/temporary_directory.h"

namespace perfecthash {
namespace {

constexpr char kPeer[] = "ipv4:10.0.0.7:51234";
constexpr char kRequestId[] = "0190b7c8-0000-7000-8000-000000000001";

// Everything that a request goes through before it is a job.
class JobPlannerTest : public testing::Test {
 protected:
  JobPlannerTest()
      : engine_(FakeEngine::Mode::kByHand),
        key_sets_(*KeySetStore::Open({.root = folder_ / "key_sets"})),
        artifacts_(*ArtifactStore::Open(folder_ / "artifacts", executor_)),
        jobs_({.unfinished_jobs_max = 3, .on_forgotten = [](auto) {}}) {
    folder_.Write("root/keys/a.keys", "aaaa");
    folder_.Write("root/keys/b.keys", "bbbb");
    directories_.emplace(*AllowedDirectories::Create({folder_ / "root"}));
    JobPlanner::Options options;
    options.limits.items_per_job_max = 10;
    options.limits.inline_keys_bytes_max = 100;
    options.node_policy = NodePolicy::Mode::kLeastLoaded;
    planner_.emplace(
        JobPlanner::Parts{engine_, *key_sets_, *artifacts_, *directories_},
        options);
    creator_.emplace(JobCreator::Parts{engine_, jobs_, *planner_});
  }

  static v1::CreateTableJobRequest Table() {
    v1::CreateTableJobRequest request;
    request.mutable_keys()->set_inline_keys("abcd");
    return request;
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
  v1::CreateBulkJobRequest Directory() {
    v1::CreateBulkJobRequest request;
    request.mutable_directory()->set_keys_path(folder_ / "root/keys");
    return request;
  }
  template <typename Request>
  std::string ReasonFor(const Request& request) {
    return ReasonOf(planner_->Plan(request, kPeer).status());
  }
  // The reason for a table job that was changed by `change`.
  template <typename Change>
  std::string ReasonAfter(Change change) {
    v1::CreateTableJobRequest request = Table();
    change(request);
    const absl::Status status = planner_->Plan(request, kPeer).status();
    EXPECT_FALSE(status.ok());
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
    return ReasonOf(status);
  }

  TemporaryDirectory folder_;
  FakeEngine engine_;
  TaskExecutor executor_{{}};
  std::unique_ptr<KeySetStore> key_sets_;
  std::unique_ptr<ArtifactStore> artifacts_;
  std::optional<AllowedDirectories> directories_;
  JobStore jobs_;
  std::optional<JobPlanner> planner_;
  std::optional<JobCreator> creator_;
};

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

TEST_F(JobPlannerTest, InvalidFieldsAreNamed) {
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
  expect_invalid("attempts_before_table_resize", [](auto& r) {
    r.mutable_table_options()->set_max_table_resizes(2);
  });
  expect_invalid("initial_table_resizes", [](auto& r) {
    r.mutable_table_options()->set_initial_table_resizes(-1);
  });
  expect_invalid("artifact_kinds", [](auto& r) {
    r.mutable_table_options()->add_artifact_kinds("rust");
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
  expect_invalid("fairness_key", [](auto& r) {
    r.mutable_scheduling_policy()->set_fairness_key(std::string(65, 'x'));
  });
  expect_invalid("fairness_weight", [](auto& r) {
    r.mutable_scheduling_policy()->set_fairness_weight(-1);
  });
  expect_invalid("display_name",
                 [](auto& r) { r.set_display_name(std::string(257, 'x')); });
  expect_invalid("labels", [](auto& r) { (*r.mutable_labels())[""] = "x"; });
  expect_invalid("request_id", [](auto& r) { r.set_request_id("me"); });
}

TEST_F(JobPlannerTest, OtherFaultsHaveTheirOwnReasons) {
  EXPECT_EQ(ReasonAfter([](auto& r) {
              r.mutable_table_options()->set_hash_function("MD5");
            }),
            "UNKNOWN_HASH_FUNCTION");
  EXPECT_EQ(
      ReasonAfter([](auto& r) { r.mutable_node_policy()->add_node_ids(7); }),
      "UNKNOWN_NODE");
  EXPECT_EQ(ReasonAfter([](auto& r) { r.set_item_id(std::string(256, 'x')); }),
            "ITEM_ID_INVALID");
  EXPECT_EQ(ReasonAfter([](auto& r) { r.set_item_id("a\nb"); }),
            "ITEM_ID_INVALID");
  auto request = Table();
  request.mutable_keys()->set_key_set("keySets/" + std::string(64, 'a'));
  EXPECT_EQ(ReasonFor(request), "KEY_SET_NOT_FOUND");
  request.mutable_keys()->set_server_path("/etc/passwd");
  EXPECT_EQ(ReasonFor(request), "PATH_NOT_ALLOWED");
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

// ---------------------------------------------------------------- JobCreator

class JobCreatorTest : public JobPlannerTest {};

TEST_F(JobCreatorTest, SubmitsAndRemembers) {
  const auto job = creator_->Create(Table(), kPeer);
  ASSERT_TRUE(job.ok()) << job.status();
  EXPECT_EQ(*jobs_.Find((*job)->name()), *job);
  EXPECT_EQ(engine_.last_id(), 1u);
  EXPECT_EQ((*job)->engine_id(), 1u);
  engine_.FinishAll(1);
  EXPECT_EQ((*job)->GetView().state, v1::Job::STATE_SUCCEEDED);
}

TEST_F(JobCreatorTest, TheSameRequestIsMadeOnce) {
  auto request = Table();
  request.set_request_id(kRequestId);
  (*request.mutable_labels())["a"] = "1";
  (*request.mutable_labels())["b"] = "2";
  const auto first = creator_->Create(request, kPeer);
  *request.mutable_wait() = ToDuration(std::chrono::seconds(1));
  const auto second = creator_->Create(request, kPeer);
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(*first, *second);
  EXPECT_EQ(engine_.last_id(), 1u);
  request.mutable_keys()->set_inline_keys("efgh");
  EXPECT_EQ(ReasonOf(creator_->Create(request, kPeer).status()),
            "REQUEST_ID_REUSED");
  auto bulk = Bulk(1);
  bulk.set_request_id(kRequestId);
  EXPECT_EQ(ReasonOf(creator_->Create(bulk, kPeer).status()),
            "REQUEST_ID_REUSED");
}

TEST_F(JobCreatorTest, ARefusalLeavesNothingBehind) {
  auto request = Table();
  request.set_request_id(kRequestId);
  engine_.set_submit_status(
      WithReason(absl::ResourceExhaustedError("full"), "QUEUE_FULL"));
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(ReasonOf(creator_->Create(request, kPeer).status()),
              "QUEUE_FULL");
  }
  engine_.set_submit_status(absl::OkStatus());
  EXPECT_TRUE(creator_->Create(request, kPeer).ok());
}

TEST_F(JobCreatorTest, ValidateOnlyMakesNothing) {
  auto request = Bulk(2);
  request.set_validate_only(true);
  const auto job = creator_->Create(request, kPeer);
  ASSERT_TRUE(job.ok()) << job.status();
  v1::Job shown;
  (*job)->FillJob(&shown);
  EXPECT_EQ(shown.name(), "");
  EXPECT_EQ(shown.progress().items_total(), 2);
  EXPECT_EQ(engine_.last_id(), 0u);
}

TEST_F(JobCreatorTest, CancelReachesTheEngine) {
  const auto job = creator_->Create(Bulk(2), kPeer);
  (*job)->Cancel("enough");
  EXPECT_EQ((*job)->GetView().state, v1::Job::STATE_CANCELLED);
}

TEST_F(JobCreatorTest, JobsAreBounded) {
  for (int i = 0; i < 3; ++i)
    ASSERT_TRUE(creator_->Create(Table(), kPeer).ok());
  EXPECT_EQ(ReasonOf(creator_->Create(Table(), kPeer).status()),
            "TOO_MANY_JOBS");
}

}  // namespace
}  // namespace perfecthash
