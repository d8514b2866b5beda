#include "engine/job/job_check.h"

#include <chrono>
#include <limits>
#include <string>

#include "absl/strings/str_cat.h"
#include "engine/base/error_reason.h"
#include "engine/base/status_macros.h"
#include "engine/pipeline/request_check.h"

namespace perfecthash {
namespace {

constexpr std::size_t kFairnessKeyBytesMax = 256;
constexpr double kWeightMin = 0.001;
constexpr double kWeightMax = 1000;

absl::Status Invalid(const std::string& message) {
  return WithReason(absl::InvalidArgumentError(message), "INVALID_FIELD");
}

absl::Status CheckNotNegative(const char* field, std::int64_t value) {
  if (value >= 0) return absl::OkStatus();
  return Invalid(absl::StrCat(field, ": ", value, " is negative"));
}

absl::Status Within(const std::string& field, const absl::Status& status) {
  if (status.ok()) return status;
  return Invalid(absl::StrCat(field, ".", std::string(status.message())));
}

absl::Status CheckItems(const std::vector<TableRequest>& items) {
  if (items.empty()) return Invalid("items: a job needs at least one table");
  if (items.size() >
      static_cast<std::size_t>(std::numeric_limits<int>::max())) {
    return Invalid(absl::StrCat("items: ", items.size(), " are too many"));
  }
  const TableOptions* checked = nullptr;  // most items share their options
  for (std::size_t i = 0; i < items.size(); ++i) {
    const absl::Status status = CheckTableRequest(items[i]);
    if (!status.ok()) return Within(absl::StrCat("items[", i, "]"), status);
    if (items[i].options.get() == checked) continue;
    checked = items[i].options.get();
    RETURN_IF_ERROR(Within(absl::StrCat("items[", i, "].options"),
                           CheckTableOptions(*checked)));
  }
  return absl::OkStatus();
}

absl::Status CheckPriority(int priority) {
  if (priority >= 1 && priority <= 5) return absl::OkStatus();
  return Invalid(
      absl::StrCat("scheduling.priority: ", priority, " is not in 1 .. 5"));
}

absl::Status CheckWeight(double weight) {
  // Not a number is outside of every range.
  if (weight >= kWeightMin && weight <= kWeightMax) return absl::OkStatus();
  return Invalid(absl::StrCat("scheduling.fairness_weight: ", weight,
                              " is not in ", kWeightMin, " .. ", kWeightMax));
}

absl::Status CheckScheduling(const SchedulingPolicy& policy) {
  RETURN_IF_ERROR(CheckPriority(policy.priority));
  if (policy.fairness_key.size() > kFairnessKeyBytesMax) {
    return Invalid(
        absl::StrCat("scheduling.fairness_key: ", policy.fairness_key.size(),
                     " bytes are more than ", kFairnessKeyBytesMax));
  }
  RETURN_IF_ERROR(CheckWeight(policy.fairness_weight));
  RETURN_IF_ERROR(CheckNotNegative("scheduling.queue_timeout (ns)",
                                   policy.queue_timeout.count()));
  return CheckNotNegative("scheduling.execution_timeout (ns)",
                          policy.execution_timeout.count());
}

}  // namespace

absl::Status CheckJobSpec(const JobSpec& spec) {
  RETURN_IF_ERROR(
      CheckNotNegative("limits.tables_max", spec.limits.tables_max));
  RETURN_IF_ERROR(
      CheckNotNegative("limits.threads_max", spec.limits.threads_max));
  RETURN_IF_ERROR(CheckScheduling(spec.scheduling));
  return CheckItems(spec.items);
}

absl::Status CheckJobChange(const JobChange& change) {
  RETURN_IF_ERROR(
      CheckNotNegative("limits.tables_max", change.tables_max.value_or(0)));
  RETURN_IF_ERROR(
      CheckNotNegative("limits.threads_max", change.threads_max.value_or(0)));
  RETURN_IF_ERROR(CheckPriority(change.priority.value_or(1)));
  return CheckWeight(change.fairness_weight.value_or(1.0));
}

}  // namespace perfecthash
