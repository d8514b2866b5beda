#include "cli/render_job.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>
#include <string>
#include <vector>

#include "cli/byte_size.h"
#include "cli/duration.h"
#include "cli/fields.h"
#include "cli/follow.h"
#include "cli/rpc.h"
#include "cli/tables_csv.h"

namespace perfecthash {
namespace {

// Green, red or yellow.
std::string Paint(const std::string& text, v1::Job::State state, Color color) {
  if (color == Color::kNo || !IsDone(state)) return text;
  const int code = state == v1::Job::STATE_SUCCEEDED   ? 32
                   : state == v1::Job::STATE_CANCELLED ? 33
                                                       : 31;
  return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

std::string CountsText(const v1::JobProgress& progress) {
  std::string text = FormatCount(progress.items_total());
  const auto add = [&text](std::int64_t count, const char* what) {
    if (count > 0) text += ", " + FormatCount(count) + " " + what;
  };
  text += ": " + FormatCount(progress.items_succeeded()) + " succeeded";
  text += ", " + FormatCount(progress.items_failed()) + " failed";
  add(progress.items_cancelled(), "cancelled");
  add(progress.items_running(), "running");
  add(progress.items_queued(), "queued");
  return text;
}

std::string LabelsText(const v1::Job& job) {
  const std::map<std::string, std::string> sorted(job.labels().begin(),
                                                  job.labels().end());
  std::string text;
  for (const auto& [key, value] : sorted) {
    text += (text.empty() ? "" : ", ") + key + "=" + value;
  }
  return text;
}

std::string SearchText(const v1::Search& search) {
  return fmt::format(
      "{}: {} solved, {} loops, {} cyclic, {} prepared; {:.1f} expected",
      FormatCount(search.attempts()), FormatCount(search.solutions()),
      FormatCount(search.loop_failures()),
      FormatCount(search.cyclic_failures()), FormatCount(search.preparations()),
      search.expected_attempts());
}

std::string CoverageText(const v1::Coverage& coverage) {
  return fmt::format("{} used of {}", FormatCount(coverage.used_cache_lines()),
                     FormatCount(coverage.total_cache_lines()));
}

// Empty when none was asked for.
std::string BestGraphText(const v1::TableResult& result) {
  if (!result.has_best_graph()) return "";
  const v1::BestGraphResult& best = result.best_graph();
  return fmt::format("{} {}, found {} times", best.predicate(), best.value(),
                     FormatCount(best.equal_count() + 1));
}

void AddResult(const v1::TableResult& result, Fields& fields) {
  fields.Add("Keys", FormatCount(result.key_count()));
  fields.Add("Table", fmt::format("{} vertices, {} indices, {}",
                                  FormatCount(result.vertex_count()),
                                  FormatCount(result.edge_count()),
                                  FormatByteSize(result.table_size_bytes())));
  fields.Add("Hash function", result.hash_function());
  fields.Add("Seeds", fmt::format("{:#x}", fmt::join(result.seeds(), ",")));
  fields.Add("Solved by attempt", FormatCount(result.attempts()));
  if (result.has_search()) fields.Add("Attempts", SearchText(result.search()));
  fields.Add("Tried", TrialsText(result.search()));
  fields.Add("Solve time", FormatDuration(result.solve_duration()));
  if (result.has_coverage()) {
    fields.Add("Cache lines", CoverageText(result.coverage()));
  }
  fields.Add("Best graph", BestGraphText(result));
  fields.Add("Table digest", result.table_digest());
}

void AddJob(const v1::Job& job, Fields& fields) {
  fields.Add("Job", job.name());
  fields.Add("Name", job.display_name());
  fields.Add("State", StateName(job.state()));
  fields.Add("Tables", CountsText(job.progress()));
  fields.Add("Labels", LabelsText(job));
}

// "2, weight 1.5"; empty when the server tells none.
std::string PriorityText(const v1::SchedulingPolicy& policy) {
  if (policy.priority() == 0) return "";
  const float weight = policy.fairness_weight();
  return std::to_string(policy.priority()) +
         (weight == 0 ? "" : fmt::format(", weight {}", weight));
}

// What `job update` changes.
void AddPolicy(const v1::Job& job, Fields& fields) {
  fields.Add("Priority", PriorityText(job.scheduling_policy()));
  const v1::ConcurrencyLimits& limits = job.concurrency_limits();
  std::vector<std::string> caps;
  if (limits.max_concurrent_tables() > 0) {
    caps.push_back(FormatCount(limits.max_concurrent_tables()) + " tables");
  }
  if (limits.max_threads() > 0) {
    caps.push_back(FormatCount(limits.max_threads()) + " threads");
  }
  if (limits.max_memory_bytes() > 0) {
    caps.push_back(FormatByteSize(limits.max_memory_bytes()));
  }
  fields.Add("At once", fmt::format("{}", fmt::join(caps, ", ")));
}

std::string StateColumnPainted(std::string text, const v1::Job& job,
                               Color color) {
  const std::string state = StateName(job.state());
  const std::size_t place = text.find(state);
  if (place != std::string::npos) {
    text.replace(place, state.size(), Paint(state, job.state(), color));
  }
  return text;
}

std::string RenderFailures(const cli::JobReport& report) {
  std::string text;
  if (!report.failures().empty()) {
    TextTable table({{"FAILED TABLE"}, {"STATE"}, {"REASON"}});
    for (const v1::JobItem& item : report.failures()) {
      table.AddRow({item.item_id(), StateName(item.state()),
                    DescribeError(item.error())});
    }
    text += "\n" + table.Format();
  }
  if (!report.local_failures().empty()) {
    TextTable table({{"LEFT OUT"}, {"REASON"}});
    for (const cli::LocalFailure& failure : report.local_failures()) {
      table.AddRow({failure.path(), failure.reason()});
    }
    text += "\n" + table.Format();
  }
  return text;
}

std::string WallText(const cli::JobReport& report) {
  std::string parts;
  const auto add = [&parts](const char* what,
                            const google::protobuf::Duration& duration) {
    const std::string text = FormatDuration(duration);
    if (text.empty()) return;
    parts += (parts.empty() ? "" : ", ") + std::string(what) + " " + text;
  };
  add("read", report.upload().read_duration());
  add("upload", report.upload().upload_duration());
  add("queued", report.job().progress().queued_duration());
  add("build", report.job().progress().running_duration());
  add("download", report.download().download_duration());
  return FormatDuration(report.wall_duration()) +
         (parts.empty() ? "" : " (" + parts + ")");
}

}  // namespace

std::string RenderJob(const v1::Job& job, Color color) {
  Fields fields;
  AddJob(job, fields);
  fields.Add("Keys done", FormatCount(job.progress().keys_done()));
  fields.Add("Attempts", FormatCount(job.progress().attempts()));
  fields.Add("Created", FormatTime(job.create_time()));
  fields.Add("Queued for", FormatDuration(job.progress().queued_duration()));
  fields.Add("Running for", FormatDuration(job.progress().running_duration()));
  fields.Add("Ended", FormatTime(job.end_time()));
  AddPolicy(job, fields);
  fields.Add("Output", job.output_path());
  if (job.has_table_result()) AddResult(job.table_result(), fields);
  if (job.has_error()) fields.Add("Error", DescribeError(job.error()));
  return StateColumnPainted(fields.Format(), job, color);
}

std::string RenderJobs(const v1::ListJobsResponse& jobs, Color color) {
  TextTable table({{"NAME"},
                   {"STATE"},
                   {"TABLES", Align::kRight},
                   {"DONE", Align::kRight},
                   {"FAILED", Align::kRight},
                   {"CREATED"},
                   {"DISPLAY NAME"}});
  for (const v1::Job& job : jobs.jobs()) {
    const v1::JobProgress& progress = job.progress();
    table.AddRow({job.name(), StateName(job.state()),
                  FormatCount(progress.items_total()),
                  FormatCount(progress.items_succeeded()),
                  FormatCount(progress.items_failed()),
                  FormatTime(job.create_time()), job.display_name()});
  }
  return table.Format();
}

std::string RenderItems(const v1::ListJobItemsResponse& items, Color color) {
  TextTable table({{"INDEX", Align::kRight},
                   {"ITEM"},
                   {"STATE"},
                   {"KEYS", Align::kRight},
                   {"ATTEMPTS", Align::kRight},
                   {"SOLVE", Align::kRight},
                   {"HASH FUNCTION"},
                   {"ERROR"}});
  for (const v1::JobItem& item : items.job_items()) {
    const v1::TableResult& result = item.result();
    const bool has_result = item.has_result();
    table.AddRow(
        {std::to_string(item.index()), item.item_id(), StateName(item.state()),
         has_result ? FormatCount(result.key_count()) : "",
         has_result ? FormatCount(result.attempts()) : "",
         FormatDuration(result.solve_duration()), result.hash_function(),
         item.has_error() ? DescribeError(item.error()) : ""});
  }
  return table.Format();
}

std::string RenderReport(const cli::JobReport& report, Color color) {
  const v1::Job& job = report.job();
  Fields fields;
  AddJob(job, fields);
  if (job.has_table_result()) {
    AddResult(job.table_result(), fields);
  } else {
    fields.Add("Keys", FormatCount(job.progress().keys_done()));
    fields.Add("Attempts", FormatCount(job.progress().attempts()));
  }
  fields.Add("Wall time", WallText(report));
  if (report.upload().files() + report.upload().files_present() > 0) {
    fields.Add("Uploaded",
               fmt::format("{} files, {} ({} were there already)",
                           FormatCount(report.upload().files()),
                           FormatByteSize(report.upload().bytes()),
                           FormatCount(report.upload().files_present())));
  }
  if (!report.download().directory().empty()) {
    fields.Add("Written", fmt::format("{} files, {} in {}",
                                      FormatCount(report.download().files()),
                                      FormatByteSize(report.download().bytes()),
                                      report.download().directory()));
  }
  fields.Add("Written by server", job.output_path());
  if (job.has_error()) fields.Add("Error", DescribeError(job.error()));
  return StateColumnPainted(fields.Format(), job, color) +
         RenderFailures(report);
}

}  // namespace perfecthash
