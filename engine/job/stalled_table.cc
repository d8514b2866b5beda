#include "engine/job/stalled_table.h"

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

namespace perfecthash {
namespace {

std::string Text(std::chrono::nanoseconds time) {
  return absl::FormatDuration(
      absl::Trunc(absl::FromChrono(time), absl::Milliseconds(1)));
}

}  // namespace

std::string DescribeStall(const StalledTable& stalled, std::string_view job) {
  const WorkItem& table = stalled.table;
  return absl::StrCat(
      "table '", table.name, "' (item ", table.index, " of ", std::string(job),
      ") has made no progress for ", Text(table.progress_age), ": stage ",
      table.stage, " for ", Text(table.stage_age), ", age ", Text(table.age),
      ", ", table.lanes, " lanes, ", table.attempts, " attempts; node ",
      table.node_id, " has ", stalled.operations_in_flight,
      " operations in flight, ", stalled.operations_queued, " queued and ",
      stalled.completions_ready, " completions ready");
}

}  // namespace perfecthash
