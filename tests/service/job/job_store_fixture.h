#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "service/job/job_store.h"
#include "tests/service/job_builder.h"
#include "tests/support/fake_engine.h"

namespace perfecthash {

// Makes stores and jobs in them.
class JobStoreFixture : public testing::Test {
 protected:
  std::unique_ptr<JobStore> MakeStore(JobStore::Options options) {
    options.listener = &listener_;
    options.on_forgotten = [this](auto jobs) {
      for (const auto& job : jobs) forgotten_.push_back(job->name());
    };
    return std::make_unique<JobStore>(std::move(options));
  }

  std::shared_ptr<JobRecord> Add(JobStore& store, int item_count = 1,
                                 const std::string& request_id = "") {
    EXPECT_TRUE(store.Reserve(request_id, "f")->reserved);
    auto job = MakeJob(item_count, &store);
    store.Commit(request_id, job);
    return job;
  }

  void Finish(JobRecord& job) {
    for (int i = 0; i < static_cast<int>(job.item_count()); ++i) {
      StartAndFinish(job, i, FakeEngine::Success());
    }
    job.OnJobFinished(JobEnd::kCompleted);
  }

  CountingListener listener_;
  std::vector<std::string> forgotten_;
};

}  // namespace perfecthash
