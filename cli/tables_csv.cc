#include "cli/tables_csv.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <google/protobuf/duration.pb.h>

#include <array>
#include <map>

#include "cli/fields.h"
#include "cli/rpc.h"

namespace perfecthash {
namespace {

using Result = v1::TableResult;

// Whole nanoseconds, and no rounding.
std::string Seconds(const google::protobuf::Duration& duration) {
  return fmt::format("{}.{:09}", duration.seconds(), duration.nanos());
}

// "END_SOLUTIONS" without its prefix.
std::string WithoutPrefix(const std::string& name, std::string_view prefix) {
  return name.starts_with(prefix) ? name.substr(prefix.size()) : name;
}

struct ItemColumn {
  std::string_view name;
  std::string (*value)(const v1::JobItem& item);
};

constexpr auto kItemColumns = std::to_array<ItemColumn>({
    {"item_index", [](auto& i) { return fmt::format("{}", i.index()); }},
    {"item_id", [](auto& i) { return i.item_id(); }},
    {"state", [](auto& i) { return StateName(i.state()); }},
    {"error_reason", [](auto& i) { return ErrorInfoOf(i.error()).reason(); }},
    {"error_message", [](auto& i) { return i.error().message(); }},
    {"node_id", [](auto& i) { return fmt::format("{}", i.node_id()); }},
});

struct ResultColumn {
  std::string_view name;
  std::string (*value)(const Result& result);
  // Where the value is in the metadata of an error; may be empty.
  std::string_view in_error = {};
};

template <typename Number>
std::string Text(const Number& number) {
  return fmt::format("{}", number);
}

constexpr auto kResultColumns = std::to_array<ResultColumn>({
    {"key_count", [](auto& r) { return Text(r.key_count()); }},
    {"edge_count", [](auto& r) { return Text(r.edge_count()); }},
    {"vertex_count", [](auto& r) { return Text(r.vertex_count()); }},
    {"density", [](auto& r) { return Text(r.density()); }},
    {"table_size_bytes", [](auto& r) { return Text(r.table_size_bytes()); }},
    {"table_resizes", [](auto& r) { return Text(r.table_resizes()); }},
    {"hash_function", [](auto& r) { return r.hash_function(); }},
    {"seeds",
     [](auto& r) { return fmt::format("{:#x}", fmt::join(r.seeds(), " ")); }},
    {"winning_attempt", [](auto& r) { return Text(r.attempts()); }},
    {"attempts", [](auto& r) { return Text(r.search().attempts()); },
     "attempts"},
    {"solutions", [](auto& r) { return Text(r.search().solutions()); }},
    {"loop_failures", [](auto& r) { return Text(r.search().loop_failures()); },
     "loop_failures"},
    {"cyclic_failures",
     [](auto& r) { return Text(r.search().cyclic_failures()); },
     "cyclic_failures"},
    {"preparations", [](auto& r) { return Text(r.search().preparations()); },
     "preparations"},
    {"attempts_made", [](auto& r) { return Text(r.search().attempts_made()); }},
    {"expected_attempts",
     [](auto& r) { return Text(r.search().expected_attempts()); }},
    {"search_end",
     [](auto& r) {
       return WithoutPrefix(v1::Search::End_Name(r.search().end()), "END_");
     }},
    {"trials", [](auto& r) { return TrialsText(r.search()); }, "trials"},
    {"best_graph_predicate",
     [](auto& r) { return r.best_graph().predicate(); }},
    {"best_graph_value",
     [](auto& r) {
       return r.has_best_graph() ? Text(r.best_graph().value()) : "";
     }},
    {"best_graph_new_best_count",
     [](auto& r) {
       return r.has_best_graph() ? Text(r.best_graph().new_best_count()) : "";
     }},
    {"best_graph_equal_count",
     [](auto& r) {
       return r.has_best_graph() ? Text(r.best_graph().equal_count()) : "";
     }},
    {"queue_seconds", [](auto& r) { return Seconds(r.queue_duration()); }},
    {"read_seconds",
     [](auto& r) { return Seconds(r.stage_durations().read()); }},
    {"memory_seconds",
     [](auto& r) { return Seconds(r.stage_durations().memory()); }},
    {"search_seconds",
     [](auto& r) { return Seconds(r.stage_durations().search()); }},
    {"build_seconds",
     [](auto& r) { return Seconds(r.stage_durations().build()); }},
    {"generate_seconds",
     [](auto& r) { return Seconds(r.stage_durations().generate()); }},
    {"write_seconds",
     [](auto& r) { return Seconds(r.stage_durations().write()); }},
    {"total_cache_lines",
     [](auto& r) { return Text(r.coverage().total_cache_lines()); }},
    {"used_cache_lines",
     [](auto& r) { return Text(r.coverage().used_cache_lines()); }},
    {"total_pages", [](auto& r) { return Text(r.coverage().total_pages()); }},
    {"used_pages", [](auto& r) { return Text(r.coverage().used_pages()); }},
    {"total_large_pages",
     [](auto& r) { return Text(r.coverage().total_large_pages()); }},
    {"used_large_pages",
     [](auto& r) { return Text(r.coverage().used_large_pages()); }},
    {"assigned_entries",
     [](auto& r) { return Text(r.coverage().assigned_entries()); }},
    {"entries_per_cache_line",
     [](auto& r) { return Text(r.coverage().entries_per_cache_line()); }},
    {"cache_lines_by_assigned_count",
     [](auto& r) {
       return fmt::format(
           "{}",
           fmt::join(r.coverage().cache_lines_by_assigned_count(), " "));
     }},
    {"slope", [](auto& r) { return Text(r.coverage().slope()); }},
    {"intercept", [](auto& r) { return Text(r.coverage().intercept()); }},
    {"correlation", [](auto& r) { return Text(r.coverage().correlation()); }},
    {"predicted_filled_cache_lines",
     [](auto& r) {
       return Text(r.coverage().predicted_filled_cache_lines());
     }},
    {"score", [](auto& r) { return Text(r.coverage().score()); }},
    {"rank", [](auto& r) { return Text(r.coverage().rank()); }},
    {"artifact_count", [](auto& r) { return Text(r.artifacts_size()); }},
    {"artifact_bytes",
     [](auto& r) {
       std::int64_t bytes = 0;
       for (const v1::Artifact& file : r.artifacts()) bytes += file.size_bytes();
       return Text(bytes);
     }},
    {"table_digest", [](auto& r) { return r.table_digest(); }},
});

std::string Join(const std::vector<std::string>& values) {
  std::string row;
  std::string_view separator = "";
  for (const std::string& value : values) {
    row += separator;
    row += CsvField(value);
    separator = ",";
  }
  return row + "\r\n";
}

std::string ValueOf(const ResultColumn& column, const v1::JobItem& item,
                    const v1::ErrorInfo& error) {
  if (item.has_result()) return column.value(item.result());
  const auto found = error.metadata().find(std::string(column.in_error));
  return found == error.metadata().end() ? "" : found->second;
}

}  // namespace

std::string TrialsText(const v1::Search& search) {
  std::string text;
  for (const v1::FunctionTrial& trial : search.trials()) {
    const std::string resizes = trial.table_resizes() == 0
                                    ? std::string()
                                    : fmt::format("+{}", trial.table_resizes());
    text += fmt::format(
        "{}{}{} {} {}", text.empty() ? "" : "; ", trial.hash_function(),
        resizes, trial.attempts(),
        WithoutPrefix(v1::FunctionTrial::Verdict_Name(trial.verdict()),
                      "VERDICT_"));
  }
  return text;
}

std::vector<std::string_view> CsvColumns() {
  std::vector<std::string_view> names;
  for (const ItemColumn& column : kItemColumns) names.push_back(column.name);
  for (const ResultColumn& column : kResultColumns) {
    names.push_back(column.name);
  }
  return names;
}

std::string CsvHeader() {
  const std::vector<std::string_view> names = CsvColumns();
  return Join({names.begin(), names.end()});
}

std::string CsvRow(const v1::JobItem& item) {
  const v1::ErrorInfo error = ErrorInfoOf(item.error());
  std::vector<std::string> values;
  for (const ItemColumn& column : kItemColumns) {
    values.push_back(column.value(item));
  }
  for (const ResultColumn& column : kResultColumns) {
    values.push_back(ValueOf(column, item, error));
  }
  return Join(values);
}

std::string CsvField(std::string_view value) {
  if (value.find_first_of(",\"\r\n") == std::string_view::npos) {
    return std::string(value);
  }
  std::string quoted = "\"";
  for (const char character : value) {
    if (character == '"') quoted += '"';
    quoted += character;
  }
  return quoted + '"';
}

}  // namespace perfecthash
