#include "cli/render_server.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/byte_size.h"
#include "cli/duration.h"
#include "cli/fields.h"
#include "cli/text_table.h"

namespace perfecthash {
namespace {

std::string RenderLimits(const v1::Limits& limits) {
  Fields fields;
  fields.Add("Limits", " ");
  const auto add = [&fields](const char* name, const std::string& value) {
    fields.Add(std::string("  ") + name, value);
  };
  add("message", FormatByteSize(limits.max_message_bytes()));
  add("inline keys", FormatByteSize(limits.max_inline_keys_bytes()));
  add("key file", FormatByteSize(limits.max_key_set_bytes()));
  add("tables per job", FormatCount(limits.max_items_per_job()));
  add("tables queued", FormatCount(limits.max_queued_items()));
  add("jobs kept", FormatCount(limits.max_jobs_kept()));
  add("watchers", FormatCount(limits.max_watchers()));
  add("digests per call", FormatCount(limits.max_digests_per_call()));
  const auto stall = FromProto(limits.max_transfer_stall());
  add("transfer stall",
      stall.count() == 0 ? "no limit" : FormatDuration(stall));
  const v1::ConcurrencyLimits& most = limits.max_concurrency();
  add("tables at once", FormatCount(most.max_concurrent_tables()));
  add("lanes per table", FormatCount(most.max_lanes_per_table()));
  add("solver threads", FormatCount(most.max_threads()));
  add("memory per job", FormatByteSize(most.max_memory_bytes()));
  return fields.Format();
}

std::string RenderProgressAge(const v1::Work& work) {
  const std::string age = FormatDuration(FromProto(work.progress_age()));
  return work.stalled() ? "STALLED " + age : age;
}

}  // namespace

std::string RenderServer(const v1::ServerInfo& server) {
  Fields fields;
  const v1::ServerLoad& load = server.load();
  fields.Add("Version", server.version());
  fields.Add("Instance", server.instance_id());
  fields.Add("Started", FormatTime(server.start_time()));
  fields.Add("I/O", fmt::format("{} ({})", server.io_backend(),
                                server.io_backend_reason()));
  fields.Add("Kernel", server.kernel());
  fields.Add("Jobs", fmt::format("{} running, {} queued",
                                 FormatCount(load.jobs_running()),
                                 FormatCount(load.jobs_queued())));
  fields.Add("Tables", fmt::format("{} running, {} queued",
                                   FormatCount(load.items_running()),
                                   FormatCount(load.items_queued())));
  fields.Add("Watchers", FormatCount(load.watchers()));
  fields.Add("Threads", fmt::format("{} of at most {}", load.threads(),
                                    load.threads_budget()));
  fields.Add("Memory", FormatByteSize(load.memory_resident_bytes()));
  TextTable functions(
      {{"HASH FUNCTION"}, {"SEEDS", Align::kRight}, {"FORMULA"}});
  for (const v1::HashFunction& function : server.hash_functions()) {
    functions.AddRow({function.name(), std::to_string(function.seed_count()),
                      function.formula()});
  }
  TextTable measures({{"COVERAGE MEASURE"}});
  for (const std::string& measure : server.coverage_measures()) {
    measures.AddRow({measure});
  }
  return fields.Format() + "\n" + RenderLimits(server.limits()) + "\n" +
         functions.Format() + "\n" + measures.Format();
}

std::string RenderNodes(const v1::ListNodesResponse& nodes) {
  TextTable table({{"NODE", Align::kRight},
                   {"CPUS"},
                   {"THREADS", Align::kRight},
                   {"BOUND"},
                   {"STATE"},
                   {"RUNNING", Align::kRight},
                   {"MEMORY", Align::kRight}});
  for (const v1::Node& node : nodes.nodes()) {
    table.AddRow({std::to_string(node.node_id()),
                  fmt::format("{}", fmt::join(node.cpus(), ",")),
                  std::to_string(node.threads()),
                  node.threads_bound() ? "yes" : "no",
                  node.schedulable() ? "in use" : "drained",
                  FormatCount(node.items_running()),
                  FormatByteSize(node.memory_bytes())});
  }
  return table.Format();
}

std::string RenderStats(const v1::EngineStats& stats) {
  Fields fields;
  fields.Add("Work outstanding", FormatCount(stats.work_outstanding()));
  fields.Add("Memory reserved",
             fmt::format("{} of {} (most: {})",
                         FormatByteSize(stats.memory_reserved_bytes()),
                         FormatByteSize(stats.memory_budget_bytes()),
                         FormatByteSize(stats.memory_reserved_max_bytes())));
  fields.Add("Waits for memory", FormatCount(stats.memory_waits()));
  fields.Add("Tables", fmt::format("{} succeeded, {} failed, {} cancelled",
                                   FormatCount(stats.items_succeeded()),
                                   FormatCount(stats.items_failed()),
                                   FormatCount(stats.items_cancelled())));
  fields.Add("Attempts", FormatCount(stats.attempts()));
  TextTable ports({{"NODE", Align::kRight},
                   {"OUTSTANDING", Align::kRight},
                   {"SUBMITTED", Align::kRight},
                   {"COMPLETED", Align::kRight},
                   {"POSTS", Align::kRight}});
  TextTable buffers({{"NODE", Align::kRight},
                     {"BUFFER", Align::kRight},
                     {"COUNT", Align::kRight},
                     {"IN USE", Align::kRight},
                     {"MOST", Align::kRight},
                     {"HITS", Align::kRight},
                     {"MISSES", Align::kRight},
                     {"WAITS", Align::kRight}});
  for (const v1::NodeStats& node : stats.nodes()) {
    const std::string id = std::to_string(node.node_id());
    ports.AddRow({id, FormatCount(node.operations_outstanding()),
                  FormatCount(node.operations_submitted()),
                  FormatCount(node.operations_completed()),
                  FormatCount(node.posts())});
    for (const v1::BufferClassStats& buffer : node.buffer_classes()) {
      buffers.AddRow(
          {id, FormatByteSize(buffer.payload_bytes()),
           FormatCount(buffer.buffers()), FormatCount(buffer.in_use()),
           FormatCount(buffer.in_use_max()), FormatCount(buffer.hits()),
           FormatCount(buffer.misses()), FormatCount(buffer.waits())});
    }
  }
  return fields.Format() + "\n" + ports.Format() + "\n" + buffers.Format();
}

std::string RenderWork(const v1::ListWorkResponse& work) {
  TextTable table({{"TABLE"},
                   {"JOB ITEM"},
                   {"STAGE"},
                   {"AGE", Align::kRight},
                   {"IN STAGE", Align::kRight},
                   {"NO PROGRESS", Align::kRight},
                   {"NODE", Align::kRight},
                   {"LANES", Align::kRight},
                   {"ATTEMPTS", Align::kRight}});
  for (const v1::Work& one : work.work()) {
    table.AddRow({one.item_id(), one.item(), one.stage(),
                  FormatDuration(FromProto(one.age())),
                  FormatDuration(FromProto(one.stage_age())),
                  RenderProgressAge(one), std::to_string(one.node_id()),
                  std::to_string(one.lanes()), FormatCount(one.attempts())});
  }
  return table.Format() + fmt::format("{} of {} unfinished tables\n",
                                      work.work_size(),
                                      FormatCount(work.total()));
}

}  // namespace perfecthash
