#include "cli/job_flags.h"

#include <fmt/format.h>

#include <random>

#include "cli/duration.h"
#include "cli/flag_group.h"
#include "cli/table_flags.h"

namespace perfecthash {
namespace {

using std::chrono::nanoseconds;

template <typename Request>
void AddConcurrencyFlags(CLI::App& app, Request& request) {
  FlagGroup flags(app, "Concurrency");
  const auto limits = [&request] {
    return request.mutable_concurrency_limits();
  };
  flags.Integer({"--max-concurrency", "Tables that are worked on at once",
                 "the server's"},
                {.least = 1}, [=](std::int64_t n) {
                  limits()->set_max_concurrent_tables(static_cast<int>(n));
                });
  flags.Integer(
      {"--initial-lanes", "Solver lanes that a table starts with", "1"},
      {.least = 1}, [=](std::int64_t n) {
        limits()->set_initial_lanes_per_table(static_cast<int>(n));
      });
  flags.Integer({"--max-lanes", "Solver lanes that a table may grow to",
                 "one per thread of its node"},
                {.least = 1}, [=](std::int64_t n) {
                  limits()->set_max_lanes_per_table(static_cast<int>(n));
                });
  flags.Duration({"--increase-lanes-after",
                  "A table gains a lane each time that this has passed; 0 = "
                  "never",
                  "500ms"},
                 [=](nanoseconds duration) {
                   *limits()->mutable_increase_lanes_after() =
                       ToProto(duration);
                 });
  flags.Integer(
      {"--max-threads", "Worker threads that solve for this job at once",
       "the server's"},
      {.least = 1},
      [=](std::int64_t n) { limits()->set_max_threads(static_cast<int>(n)); });
  flags.ByteSize(
      {"--max-memory",
       "Memory of the tables that are worked on at once; a table "
       "that needs more alone fails",
       "the server's"},
      [=](std::int64_t bytes) { limits()->set_max_memory_bytes(bytes); });
}

template <typename Request>
void AddNodeFlags(CLI::App& app, Request& request) {
  FlagGroup flags(app, "NUMA nodes");
  flags.Choose({"--node-policy",
                "Which node runs a table: the next in turn, the first of "
                "--nodes, the same for the same keys, or the one with the "
                "fewest unfinished tables",
                "the server's"},
               {{"round-robin", v1::NodePolicy::MODE_ROUND_ROBIN},
                {"fixed", v1::NodePolicy::MODE_FIXED},
                {"affinity", v1::NodePolicy::MODE_AFFINITY},
                {"least-loaded", v1::NodePolicy::MODE_LEAST_LOADED}},
               [&request](int mode) {
                 request.mutable_node_policy()->set_mode(
                     static_cast<v1::NodePolicy::Mode>(mode));
               });
  flags.UnsignedList(
      {"--nodes", "Use only these nodes", "all"}, INT32_MAX,
      [&request](std::uint64_t node) {
        request.mutable_node_policy()->add_node_ids(static_cast<int>(node));
      });
}

template <typename Request>
void AddSchedulingFlags(CLI::App& app, Request& request) {
  FlagGroup flags(app, "Scheduling");
  const auto policy = [&request] {
    return request.mutable_scheduling_policy();
  };
  flags.Integer(
      {"--priority", "1 (first) to 5 (last)", "3"}, {.least = 1, .most = 5},
      [=](std::int64_t n) { policy()->set_priority(static_cast<int>(n)); });
  flags.Text({"--fairness-key",
              "Jobs of one key share one turn among all keys; at most 64 bytes",
              "the caller's address"},
             [=](const std::string& key) { policy()->set_fairness_key(key); });
  flags.Real({"--fairness-weight", "The key's share, 0.001 to 1000", "1"},
             [=](double weight) {
               policy()->set_fairness_weight(static_cast<float>(weight));
             });
  flags.Duration(
      {"--queue-timeout",
       "The job expires when nothing has started for this long", "no limit"},
      [=](nanoseconds duration) {
        *policy()->mutable_queue_timeout() = ToProto(duration);
      });
  flags.Duration({"--execution-timeout",
                  "The job expires when it has run this long", "no limit"},
                 [=](nanoseconds duration) {
                   *policy()->mutable_execution_timeout() = ToProto(duration);
                 });
  flags.Choose(
      {"--failure-policy", "What becomes of the rest after a failure",
       "continue"},
      {{"continue", v1::FAILURE_POLICY_CONTINUE},
       {"stop", v1::FAILURE_POLICY_STOP_ON_FIRST}},
      [=](int value) {
        policy()->set_failure_policy(static_cast<v1::FailurePolicy>(value));
      });
  flags.Choose({"--item-order",
                "In which order tables start: by size of key file, or "
                "as they are given",
                "given"},
               {{"given", v1::ITEM_ORDER_AS_GIVEN},
                {"shortest-first", v1::ITEM_ORDER_SHORTEST_FIRST}},
               [=](int value) {
                 policy()->set_item_order(static_cast<v1::ItemOrder>(value));
               });
}

template <typename Request>
void AddIdentityFlags(CLI::App& app, Request& request) {
  FlagGroup flags(app, "Job");
  flags.Text(
      {"--display-name", "A name for people", "none"},
      [&request](const std::string& name) { request.set_display_name(name); });
  flags.Pairs({"--label", "May be given several times", "none"},
              [&request](const std::string& key, const std::string& value) {
                (*request.mutable_labels())[key] = value;
              });
  flags.Text({"--request-id",
              "A UUID: the same id with the same request is the same job, "
              "however often it is sent",
              "a new one per command"},
             [&request](const std::string& id) { request.set_request_id(id); });
  flags.Choose(
      {"--on-disconnect",
       "What becomes of the job when the call that made it breaks",
       "detach; cancel for `create`"},
      {{"detach", v1::DISCONNECT_POLICY_DETACH},
       {"cancel", v1::DISCONNECT_POLICY_CANCEL}},
      [&request](int value) {
        request.set_disconnect_policy(static_cast<v1::DisconnectPolicy>(value));
      });
  flags.Switch({"--validate-only",
                "Check the request and print the job as it would be; keys are "
                "uploaded for the check, no job is made",
                ""},
               [&request] { request.set_validate_only(true); });
}

template <typename Request>
void AddAllJobFlags(CLI::App& app, Request& request) {
  AddTableFlags(app, [&request] { return request.mutable_table_options(); });
  AddConcurrencyFlags(app, request);
  AddNodeFlags(app, request);
  AddSchedulingFlags(app, request);
  AddIdentityFlags(app, request);
}

}  // namespace

void AddJobFlags(CLI::App& app, v1::CreateTableJobRequest& request) {
  AddAllJobFlags(app, request);
}

void AddJobFlags(CLI::App& app, v1::CreateBulkJobRequest& request) {
  AddAllJobFlags(app, request);
}

std::string MakeRequestId() {
  std::random_device random;
  return fmt::format("{:08x}-{:04x}-4{:03x}-{:04x}-{:04x}{:08x}", random(),
                     random() & 0xFFFF, random() & 0xFFF,
                     (random() & 0x3FFF) | 0x8000, random() & 0xFFFF, random());
}

}  // namespace perfecthash
