#include "service/job/table_result_message.h"

#include <cstdint>
#include <string>

#include "engine/base/sha256.h"
#include "service/rpc/proto_time.h"

namespace perfecthash {
namespace {

// Counts do not reach the sign bit.
std::int64_t Signed(std::uint64_t count) {
  return static_cast<std::int64_t>(count);
}

v1::Search::End EndOf(SearchEnd end) {
  switch (end) {
    case SearchEnd::kFirstSolution:
      return v1::Search::END_FIRST_SOLUTION;
    case SearchEnd::kSolutions:
      return v1::Search::END_SOLUTIONS;
    case SearchEnd::kTargetValue:
      return v1::Search::END_TARGET_VALUE;
    case SearchEnd::kEqualCount:
      return v1::Search::END_EQUAL_COUNT;
    case SearchEnd::kAttempts:
      return v1::Search::END_ATTEMPTS;
    case SearchEnd::kTime:
      return v1::Search::END_TIME;
  }
  return v1::Search::END_UNSPECIFIED;
}

v1::FunctionTrial::Verdict VerdictOf(TrialVerdict verdict) {
  v1::FunctionTrial::Verdict shown = v1::FunctionTrial::VERDICT_UNSPECIFIED;
  v1::FunctionTrial::Verdict_Parse("VERDICT_" + std::string(NameOf(verdict)),
                                   &shown);
  return shown;
}

void FillTrial(const FunctionTrial& trial, v1::FunctionTrial* shown) {
  shown->set_hash_function(std::string(GetHashFunction(trial.function).name));
  shown->set_table_resizes(trial.table_resizes);
  shown->set_attempts(Signed(trial.attempts));
  shown->set_expected_attempts(trial.expected_attempts);
  shown->set_is_measured(trial.is_measured);
  shown->set_verdict(VerdictOf(trial.verdict));
}

void FillSearch(const TableResult& table, v1::Search* search) {
  const AttemptCounts& counts = table.attempt_counts;
  search->set_attempts(Signed(counts.total()));
  search->set_solutions(Signed(counts.solved));
  search->set_loop_failures(Signed(counts.loops));
  search->set_cyclic_failures(Signed(counts.cyclic));
  search->set_preparations(Signed(counts.prepared));
  search->set_attempts_made(Signed(table.attempts_made));
  search->set_expected_attempts(table.expected_attempts);
  search->set_end(EndOf(table.search_end));
  for (const FunctionTrial& trial : table.record) {
    FillTrial(trial, search->add_trials());
  }
}

void FillCoverage(const Coverage& coverage, v1::Coverage* shown) {
  shown->set_total_cache_lines(Signed(coverage.cache_lines.total));
  shown->set_used_cache_lines(Signed(coverage.cache_lines.used));
  shown->set_total_pages(Signed(coverage.pages.total));
  shown->set_used_pages(Signed(coverage.pages.used));
  shown->set_total_large_pages(Signed(coverage.large_pages.total));
  shown->set_used_large_pages(Signed(coverage.large_pages.used));
  shown->set_assigned_entries(Signed(coverage.assigned_count));
  shown->set_entries_per_cache_line(
      static_cast<int>(coverage.entries_per_cache_line));
  for (const std::uint32_t lines : coverage.lines_by_assigned_count) {
    shown->add_cache_lines_by_assigned_count(lines);
  }
  shown->set_slope(coverage.slope);
  shown->set_intercept(coverage.intercept);
  shown->set_correlation(coverage.correlation);
  shown->set_predicted_filled_cache_lines(
      coverage.predicted_filled_cache_lines);
  shown->set_score(Signed(coverage.score));
  shown->set_rank(coverage.rank);
}

void FillBestGraph(const BestGraphResult& best, v1::BestGraphResult* shown) {
  shown->set_predicate(NameOf(best.predicate));
  shown->set_value(best.value);
  shown->set_new_best_count(Signed(best.improvement_count));
  shown->set_equal_count(Signed(best.equal_count));
}

void FillTimes(const StageTimes& times, v1::StageDurations* shown) {
  *shown->mutable_read() = ToDuration(times.read);
  *shown->mutable_memory() = ToDuration(times.memory);
  *shown->mutable_search() = ToDuration(times.search);
  *shown->mutable_build() = ToDuration(times.build);
  *shown->mutable_generate() = ToDuration(times.generate);
  *shown->mutable_write() = ToDuration(times.write);
}

}  // namespace

void FillTableResult(const TableResult& table, v1::TableResult* result) {
  result->set_key_count(Signed(table.key_count));
  result->set_vertex_count(Signed(table.vertex_count));
  result->set_edge_count(Signed(table.edge_count));
  result->set_table_size_bytes(Signed(table.table_size_bytes));
  result->set_hash_function(table.hash_function);
  result->mutable_seeds()->Assign(table.seeds.begin(), table.seeds.end());
  result->set_attempts(Signed(table.attempts));
  result->set_table_resizes(table.table_resizes);
  *result->mutable_solve_duration() = ToDuration(table.solve_time);
  result->set_table_digest(ToHex(table.digest));
  result->set_density(2 * static_cast<double>(table.key_count) /
                      static_cast<double>(table.vertex_count));
  FillSearch(table, result->mutable_search());
  FillCoverage(table.coverage.array, result->mutable_coverage());
  if (table.best_graph.has_value()) {
    FillBestGraph(*table.best_graph, result->mutable_best_graph());
  }
  FillTimes(table.times, result->mutable_stage_durations());
}

}  // namespace perfecthash
