#pragma once

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "service/job/job_listener.h"
#include "service/job/job_record.h"
#include "service/rpc/uuid.h"

namespace perfecthash {

// Counts what it is told.
class CountingListener : public JobListener {
 public:
  void OnJobChanged(const std::shared_ptr<JobRecord>& job) override {
    ++changed;
  }
  void OnJobFinished(const std::shared_ptr<JobRecord>& job) override {
    ++finished;
  }
  int changed = 0;
  int finished = 0;
};

// The description of a job with items "item 0", "item 1", ...
inline JobDescription DescribeJob(int item_count,
                                  v1::Job::Kind kind = v1::Job::KIND_BULK) {
  JobDescription description;
  description.id = NewUuid();
  description.head.set_name("jobs/" + description.id);
  description.head.set_kind(kind);
  description.artifact_directory = "/artifacts/" + description.id;
  for (int i = 0; i < item_count; ++i) {
    description.item_ids.push_back(absl::StrCat("item ", i));
  }
  return description;
}

inline std::shared_ptr<JobRecord> MakeJob(int item_count,
                                          JobListener* listener) {
  return std::make_shared<JobRecord>(DescribeJob(item_count), listener);
}

inline void StartAndFinish(JobRecord& job, int index,
                           JobObserver::ItemOutcome outcome) {
  job.OnItemStarted(index, outcome.node_id);
  job.OnItemFinished(index, std::move(outcome));
}

}  // namespace perfecthash
