#include "service/job/best_graph_options.h"

#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/base/status_macros.h"
#include "engine/pipeline/request_check.h"
#include "service/rpc/invalid_argument.h"

namespace perfecthash {
namespace {

constexpr char kField[] = "table_options.best_graph";

std::string FieldName(const char* name) {
  return absl::StrCat(kField, ".", name);
}

absl::StatusOr<CoveragePredicate> ReadPredicate(const std::string& name) {
  if (name.empty()) {
    return InvalidField(
        FieldName("predicate"),
        "is not set; give Lowest or Highest and a measure, such as "
        "LowestNumberOfUsedCacheLines, LowestNumberOfUsedPages or "
        "HighestScore");
  }
  if (const auto predicate = FindCoveragePredicate(name)) return *predicate;
  const auto append = [](std::string* out, std::string_view measure) {
    out->append(measure);
  };
  return InvalidField(
      FieldName("predicate"),
      absl::StrCat("is \"", name, "\"; give Lowest or Highest and one of ",
                   absl::StrJoin(CoverageMeasureNames(), ", ", append)));
}

absl::StatusOr<std::uint64_t> ReadCount(std::int64_t count, const char* name) {
  RETURN_IF_ERROR(CheckNotNegative(count, FieldName(name)));
  return static_cast<std::uint64_t>(count);
}

}  // namespace

absl::StatusOr<BestGraphOptions> ReadBestGraph(const v1::BestGraph& options) {
  BestGraphOptions read;
  ASSIGN_OR_RETURN(read.predicate, ReadPredicate(options.predicate()));
  ASSIGN_OR_RETURN(const std::uint64_t solutions_max,
                   ReadCount(options.max_solutions(), "max_solutions"));
  if (solutions_max != 0) read.solutions_max = solutions_max;
  ASSIGN_OR_RETURN(read.attempts_max,
                   ReadCount(options.max_attempts(), "max_attempts"));
  ASSIGN_OR_RETURN(read.equal_count_max,
                   ReadCount(options.max_equal_count(), "max_equal_count"));
  if (options.has_target_value()) read.target_value = options.target_value();
  read.keys_subset.assign(options.keys_subset().begin(),
                          options.keys_subset().end());
  const BestGraphFault fault = FindFault(read);
  if (fault.problem.empty()) return read;
  return InvalidField(FieldName(fault.field), fault.problem);
}

}  // namespace perfecthash
