#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "engine/base/error_reason.h"
#include "service/job/job_creator.h"
#include "service/job/job_planner.h"
#include "tests/support/fake_engine.h"
#include "tests/support/temporary_directory.h"

namespace perfecthash {

inline constexpr char kPeer[] = "ipv4:10.0.0.7:51234";
inline constexpr char kRequestId[] = "0190b7c8-0000-7000-8000-000000000001";

// Everything that a request goes through before it is a job.
class JobPlanningFixture : public testing::Test {
 protected:
  JobPlanningFixture()
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

}  // namespace perfecthash
