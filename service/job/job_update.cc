#include "service/job/job_update.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/base/status_macros.h"
#include "engine/base/utf8.h"
#include "google/protobuf/util/field_mask_util.h"
#include "service/job/job_policy.h"
#include "service/rpc/invalid_argument.h"

namespace perfecthash {
namespace {

using google::protobuf::util::FieldMaskUtil;

// A field of Job that can be changed.
struct Changeable {
  const char* path;
  void (*take)(const AppliedLimits& limits, const SchedulingPolicy& policy,
               JobChange& change);
};

constexpr Changeable kChangeable[] = {
    {"concurrency_limits.max_concurrent_tables",
     [](const AppliedLimits& applied, const SchedulingPolicy&,
        JobChange& change) { change.tables_max = applied.limits.tables_max; }},
    {"concurrency_limits.max_threads",
     [](const AppliedLimits& applied, const SchedulingPolicy&,
        JobChange& change) {
       change.threads_max = applied.limits.threads_max;
     }},
    {"concurrency_limits.max_memory_bytes",
     [](const AppliedLimits& applied, const SchedulingPolicy&,
        JobChange& change) {
       change.memory_bytes_max = applied.limits.memory_bytes_max;
     }},
    {"scheduling_policy.priority",
     [](const AppliedLimits&, const SchedulingPolicy& policy,
        JobChange& change) { change.priority = policy.priority; }},
    {"scheduling_policy.fairness_weight",
     [](const AppliedLimits&, const SchedulingPolicy& policy,
        JobChange& change) {
       change.fairness_weight = policy.fairness_weight;
     }},
};

absl::StatusOr<std::vector<const Changeable*>> ReadMask(
    const google::protobuf::FieldMask& mask) {
  std::vector<const Changeable*> fields;
  std::string known;
  for (const Changeable& field : kChangeable) {
    absl::StrAppend(&known, known.empty() ? "" : ", ", field.path);
  }
  for (const std::string& path : mask.paths()) {
    const auto* found = std::find_if(
        std::begin(kChangeable), std::end(kChangeable),
        [&](const Changeable& field) { return path == field.path; });
    if (found == std::end(kChangeable)) {
      return InvalidField("update_mask",
                          absl::StrCat("has \"", Utf8OrEscaped(path),
                                       "\"; what can be changed is ", known));
    }
    fields.push_back(found);
  }
  if (!fields.empty()) return fields;
  return InvalidField("update_mask", "is empty; name some of " + known);
}

}  // namespace

absl::StatusOr<JobUpdate> ReadJobUpdate(const v1::UpdateJobRequest& request,
                                        const Engine& engine) {
  ASSIGN_OR_RETURN(const std::vector<const Changeable*> fields,
                   ReadMask(request.update_mask()));
  // What is not named is not looked at.
  v1::Job named;
  ApplyUpdate(request, &named);
  const auto limits = ReadConcurrencyLimits(named.concurrency_limits(), engine);
  if (!limits.ok()) return WithinField("job", limits.status());
  const auto policy = ReadSchedulingPolicy(named.scheduling_policy(), "");
  if (!policy.ok()) return WithinField("job", policy.status());
  JobUpdate update;
  for (const Changeable* field : fields) {
    field->take(*limits, *policy, update.change);
  }
  *update.shown.mutable_update_mask() = request.update_mask();
  v1::Job& shown = *update.shown.mutable_job();
  *shown.mutable_concurrency_limits() = limits->shown;
  *shown.mutable_scheduling_policy() = ShowSchedulingPolicy(*policy);
  return update;
}

void ApplyUpdate(const v1::UpdateJobRequest& shown, v1::Job* job) {
  FieldMaskUtil::MergeMessageTo(shown.job(), shown.update_mask(),
                                FieldMaskUtil::MergeOptions(), job);
}

}  // namespace perfecthash
