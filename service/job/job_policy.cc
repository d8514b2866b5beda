#include "service/job/job_policy.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/base/error_reason.h"
#include "engine/base/status_macros.h"
#include "service/rpc/invalid_argument.h"
#include "service/rpc/proto_time.h"

namespace perfecthash {
namespace {

constexpr int kPriorityDefault = 3;
constexpr int kPriorityMax = 5;
constexpr std::size_t kFairnessKeyBytesMax = 64;
constexpr double kFairnessWeightMin = 0.001;
constexpr double kFairnessWeightMax = 1000;

int ThreadsOfLargestNode(const Engine& engine) {
  int threads = 1;
  for (const NodeDescription& node : engine.ListNodes()) {
    threads = std::max(threads, node.threads);
  }
  return threads;
}

absl::StatusOr<LaneRamp> ReadLanes(const v1::ConcurrencyLimits& requested,
                                   int lanes_max) {
  LaneRamp lanes;
  const int most = requested.max_lanes_per_table();
  lanes.max = most == 0 ? lanes_max : std::min(most, lanes_max);
  const int initial = std::max(1, requested.initial_lanes_per_table());
  lanes.initial = std::min(initial, lanes.max);
  if (requested.has_increase_lanes_after()) {
    ASSIGN_OR_RETURN(lanes.increase_after,
                     ReadDuration(requested.increase_lanes_after(),
                                  "concurrency_limits.increase_lanes_after"));
  }
  return lanes;
}

// "ipv4:10.0.0.1:54321" -> "ipv4:10.0.0.1": all connections of a host share.
std::string HostOf(const std::string& peer) {
  if (!absl::StartsWith(peer, "ipv")) return peer;
  return peer.substr(0, peer.rfind(':'));
}

}  // namespace

absl::StatusOr<AppliedLimits> ReadConcurrencyLimits(
    const v1::ConcurrencyLimits& requested, const Engine& engine) {
  const auto check = [](std::int64_t value, const char* field) {
    return CheckNotNegative(value, absl::StrCat("concurrency_limits.", field));
  };
  RETURN_IF_ERROR(
      check(requested.max_concurrent_tables(), "max_concurrent_tables"));
  RETURN_IF_ERROR(
      check(requested.initial_lanes_per_table(), "initial_lanes_per_table"));
  RETURN_IF_ERROR(
      check(requested.max_lanes_per_table(), "max_lanes_per_table"));
  RETURN_IF_ERROR(check(requested.max_threads(), "max_threads"));
  RETURN_IF_ERROR(check(requested.max_memory_bytes(), "max_memory_bytes"));

  AppliedLimits applied;
  applied.limits =
      engine.ClampLimits({.tables_max = requested.max_concurrent_tables(),
                          .threads_max = requested.max_threads(),
                          .memory_bytes_max = static_cast<std::uint64_t>(
                              requested.max_memory_bytes())});
  ASSIGN_OR_RETURN(applied.lanes,
                   ReadLanes(requested, ThreadsOfLargestNode(engine)));
  v1::ConcurrencyLimits& shown = applied.shown;
  shown.set_max_concurrent_tables(applied.limits.tables_max);
  shown.set_max_threads(applied.limits.threads_max);
  shown.set_max_memory_bytes(
      static_cast<std::int64_t>(applied.limits.memory_bytes_max));
  shown.set_initial_lanes_per_table(applied.lanes.initial);
  shown.set_max_lanes_per_table(applied.lanes.max);
  *shown.mutable_increase_lanes_after() =
      ToDuration(applied.lanes.increase_after);
  return applied;
}

absl::StatusOr<NodePolicy> ReadNodePolicy(const v1::NodePolicy& requested,
                                          NodePolicy::Mode mode_default,
                                          const Engine& engine) {
  NodePolicy policy;
  switch (requested.mode()) {
    case v1::NodePolicy::MODE_UNSPECIFIED:
      policy.mode = mode_default;
      break;
    case v1::NodePolicy::MODE_ROUND_ROBIN:
      policy.mode = NodePolicy::Mode::kRoundRobin;
      break;
    case v1::NodePolicy::MODE_FIXED:
      policy.mode = NodePolicy::Mode::kFixed;
      break;
    case v1::NodePolicy::MODE_AFFINITY:
      policy.mode = NodePolicy::Mode::kAffinity;
      break;
    case v1::NodePolicy::MODE_LEAST_LOADED:
      policy.mode = NodePolicy::Mode::kLeastLoaded;
      break;
    default:
      return InvalidField("node_policy.mode",
                          absl::StrCat("is ", requested.mode(),
                                       ", which this server does not know"));
  }
  std::vector<int> known;
  for (const NodeDescription& node : engine.ListNodes()) {
    known.push_back(node.node_id);
  }
  for (const int id : requested.node_ids()) {
    if (std::find(known.begin(), known.end(), id) == known.end()) {
      return WithReason(
          absl::InvalidArgumentError(absl::StrCat(
              "node_policy.node_ids contain ", id,
              "; the server runs on the nodes ", absl::StrJoin(known, ", "))),
          "NODE_UNKNOWN");
    }
    const auto& ids = policy.node_ids;
    if (std::find(ids.begin(), ids.end(), id) != ids.end()) {
      return InvalidField("node_policy.node_ids",
                          absl::StrCat("contain ", id, " twice"));
    }
    policy.node_ids.push_back(id);
  }
  return policy;
}

v1::NodePolicy ShowNodePolicy(const NodePolicy& policy) {
  v1::NodePolicy shown;
  switch (policy.mode) {
    case NodePolicy::Mode::kServerDefault:
      break;
    case NodePolicy::Mode::kRoundRobin:
      shown.set_mode(v1::NodePolicy::MODE_ROUND_ROBIN);
      break;
    case NodePolicy::Mode::kFixed:
      shown.set_mode(v1::NodePolicy::MODE_FIXED);
      break;
    case NodePolicy::Mode::kAffinity:
      shown.set_mode(v1::NodePolicy::MODE_AFFINITY);
      break;
    case NodePolicy::Mode::kLeastLoaded:
      shown.set_mode(v1::NodePolicy::MODE_LEAST_LOADED);
      break;
  }
  for (const int id : policy.node_ids) shown.add_node_ids(id);
  return shown;
}

absl::StatusOr<SchedulingPolicy> ReadSchedulingPolicy(
    const v1::SchedulingPolicy& requested, const std::string& peer) {
  SchedulingPolicy policy;
  if (requested.priority() < 0 || requested.priority() > kPriorityMax) {
    return InvalidField("scheduling_policy.priority",
                        absl::StrCat("is ", requested.priority(),
                                     "; give 1 (first) to 5 (last)"));
  }
  policy.priority =
      requested.priority() == 0 ? kPriorityDefault : requested.priority();
  if (requested.fairness_key().size() > kFairnessKeyBytesMax) {
    return InvalidField(
        "scheduling_policy.fairness_key",
        absl::StrCat("has ", requested.fairness_key().size(),
                     " bytes; the limit is ", kFairnessKeyBytesMax));
  }
  policy.fairness_key = requested.fairness_key().empty()
                            ? HostOf(peer)
                            : requested.fairness_key();
  const double weight = static_cast<double>(requested.fairness_weight());
  // 0.001f is a little less than 0.001.
  if (weight != 0 &&
      !(weight >= kFairnessWeightMin * 0.999 && weight <= kFairnessWeightMax)) {
    return InvalidField(
        "scheduling_policy.fairness_weight",
        absl::StrCat("is ", weight, "; give ", kFairnessWeightMin, " to ",
                     kFairnessWeightMax));
  }
  policy.fairness_weight = weight == 0 ? 1.0 : weight;
  ASSIGN_OR_RETURN(policy.queue_timeout,
                   ReadDuration(requested.queue_timeout(),
                                "scheduling_policy.queue_timeout"));
  ASSIGN_OR_RETURN(policy.execution_timeout,
                   ReadDuration(requested.execution_timeout(),
                                "scheduling_policy.execution_timeout"));
  RETURN_IF_ERROR(CheckKnown(
      v1::FailurePolicy_IsValid(requested.failure_policy()),
      requested.failure_policy(), "scheduling_policy.failure_policy"));
  policy.failure_policy =
      requested.failure_policy() == v1::FAILURE_POLICY_STOP_ON_FIRST
          ? FailurePolicy::kStopOnFirst
          : FailurePolicy::kContinue;
  RETURN_IF_ERROR(CheckKnown(v1::ItemOrder_IsValid(requested.item_order()),
                             requested.item_order(),
                             "scheduling_policy.item_order"));
  policy.item_order = requested.item_order() == v1::ITEM_ORDER_SHORTEST_FIRST
                          ? ItemOrder::kShortestFirst
                          : ItemOrder::kAsGiven;
  return policy;
}

v1::SchedulingPolicy ShowSchedulingPolicy(const SchedulingPolicy& policy) {
  v1::SchedulingPolicy shown;
  shown.set_priority(policy.priority);
  shown.set_fairness_key(policy.fairness_key);
  shown.set_fairness_weight(static_cast<float>(policy.fairness_weight));
  if (policy.queue_timeout.count() > 0) {
    *shown.mutable_queue_timeout() = ToDuration(policy.queue_timeout);
  }
  if (policy.execution_timeout.count() > 0) {
    *shown.mutable_execution_timeout() = ToDuration(policy.execution_timeout);
  }
  shown.set_failure_policy(policy.failure_policy == FailurePolicy::kStopOnFirst
                               ? v1::FAILURE_POLICY_STOP_ON_FIRST
                               : v1::FAILURE_POLICY_CONTINUE);
  shown.set_item_order(policy.item_order == ItemOrder::kShortestFirst
                           ? v1::ITEM_ORDER_SHORTEST_FIRST
                           : v1::ITEM_ORDER_AS_GIVEN);
  return shown;
}

}  // namespace perfecthash
