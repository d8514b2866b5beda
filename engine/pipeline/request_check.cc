#include "engine/pipeline/request_check.h"

#include <array>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>

#include "absl/strings/str_cat.h"
#include "engine/base/error_reason.h"
#include "engine/base/status_macros.h"
#include "engine/perfect_hash/key_set.h"
#include "engine/perfect_hash/solver.h"

namespace perfecthash {
namespace {

constexpr int kLanesMax = 4096;
constexpr std::size_t kKeysSubsetMax = 10'000;

absl::Status Invalid(const std::string& message) {
  return WithReason(absl::InvalidArgumentError(message), "INVALID_FIELD");
}

absl::Status CheckRange(const char* field, int value, int least, int most) {
  if (value >= least && value <= most) return absl::OkStatus();
  return Invalid(
      absl::StrCat(field, ": ", value, " is not in ", least, " .. ", most));
}

absl::Status CheckNotNegative(const char* field,
                              std::chrono::nanoseconds value) {
  if (value.count() >= 0) return absl::OkStatus();
  return Invalid(absl::StrCat(field, ": ", value.count(), " ns is negative"));
}

// The operating system would read no further than to the NUL.
absl::Status CheckPath(const char* field, const std::string& path) {
  if (path.find('\0') == std::string::npos) return absl::OkStatus();
  return Invalid(absl::StrCat(field, ": the path holds a NUL byte"));
}

// The solver knows its options best: it is asked with a set of one key.
absl::Status CheckSolverOptions(const SolverOptions& options) {
  constexpr std::array<std::uint8_t, 4> kOneKey = {1, 0, 0, 0};
  ASSIGN_OR_RETURN(const KeySet keys,
                   KeySet::Parse(kOneKey, KeyWidth::k32Bits));
  const auto solver = Solver::Create(keys, options);
  if (solver.ok()) return absl::OkStatus();
  return Invalid(
      absl::StrCat("solver.", std::string(solver.status().message())));
}

absl::Status CheckBestGraph(const BestGraphOptions& options) {
  const BestGraphFault fault = FindFault(options);
  if (fault.problem.empty()) return absl::OkStatus();
  return Invalid(absl::StrCat("best_graph.", fault.field, ": ", fault.problem));
}

}  // namespace

BestGraphFault FindFault(const BestGraphOptions& options) {
  const std::size_t key_count = options.keys_subset.size();
  if (key_count > kKeysSubsetMax) {
    return {"keys_subset",
            absl::StrCat("has ", key_count, " keys, more than the limit of ",
                         kKeysSubsetMax)};
  }
  if (options.predicate.needs_subset() != (key_count > 0)) {
    return {"keys_subset",
            absl::StrCat(key_count > 0 ? "is given, but not looked at by "
                                       : "is empty, but needed by ",
                         NameOf(options.predicate))};
  }
  const auto& target = options.target_value;
  if (target.has_value() && !std::isfinite(*target)) {
    return {"target_value", "is not finite"};
  }
  return {};
}

absl::Status CheckTableOptions(const TableOptions& options) {
  if (options.key_width != KeyWidth::k32Bits &&
      options.key_width != KeyWidth::k64Bits) {
    return Invalid(
        absl::StrCat("key_width: ", static_cast<int>(options.key_width),
                     " bytes is neither 4 nor 8"));
  }
  RETURN_IF_ERROR(CheckNotNegative("solve_time_max", options.solve_time_max));
  const LaneRamp& lanes = options.lanes;
  RETURN_IF_ERROR(CheckRange("lanes.initial", lanes.initial, 1, kLanesMax));
  RETURN_IF_ERROR(CheckRange("lanes.max", lanes.max, 0, kLanesMax));
  RETURN_IF_ERROR(
      CheckNotNegative("lanes.increase_after", lanes.increase_after));
  if (options.best_graph.has_value()) {
    RETURN_IF_ERROR(CheckBestGraph(*options.best_graph));
  }
  return CheckSolverOptions(options.solver);
}

absl::Status CheckTableRequest(const TableRequest& request) {
  if (request.name.empty()) return Invalid("name: is empty");
  RETURN_IF_ERROR(CheckPath("output_directory", request.output_directory));
  if (request.options == nullptr) return Invalid("options: are missing");
  if (const auto* file = std::get_if<KeyFile>(&request.keys)) {
    if (file->path.empty()) return Invalid("keys.path: is empty");
    return CheckPath("keys.path", file->path);
  }
  if (std::get<KeyBytes>(request.keys).bytes == nullptr) {
    return Invalid("keys.bytes: are missing");
  }
  return absl::OkStatus();
}

}  // namespace perfecthash
