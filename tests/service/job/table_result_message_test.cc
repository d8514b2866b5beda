#include "service/job/table_result_message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace perfecthash {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;

TableResult Result() {
  TableResult table;
  table.key_count = 31'016;
  table.edge_count = 32'768;
  table.vertex_count = 65'536;
  table.table_size_bytes = 131'072;
  table.hash_function = "Mulshrolate4RX";
  table.seeds = {1, 0xffffffff};
  table.attempts = 26;
  table.solve_time = milliseconds(3);
  table.attempt_counts = {
      .solved = 1, .loops = 10, .cyclic = 12, .prepared = 3};
  table.attempts_made = 40;
  table.search_end = SearchEnd::kEqualCount;
  table.expected_attempts = 4.3;
  table.record = {{.function = HashFunctionId::kMultiplyShiftRX,
                   .table_resizes = 0,
                   .attempts = 64,
                   .expected_attempts = 40'000,
                   .is_measured = true,
                   .verdict = TrialVerdict::kTooManyExpected},
                  {.function = HashFunctionId::kMulshrolate4RX,
                   .table_resizes = 1,
                   .attempts = 26,
                   .expected_attempts = 4.3,
                   .verdict = TrialVerdict::kSolved}};
  table.coverage.array = {.cache_lines = {.total = 2048, .used = 2047},
                          .pages = {.total = 32, .used = 31},
                          .large_pages = {.total = 1, .used = 1},
                          .entries_per_cache_line = 32,
                          .assigned_count = 30'000,
                          .lines_by_assigned_count = {1, 0, 5},
                          .slope = -1.5,
                          .intercept = 2.5,
                          .correlation = -0.25,
                          .predicted_filled_cache_lines = -45.5,
                          .score = 20,
                          .rank = 0.5};
  table.best_graph = {
      .predicate = *FindCoveragePredicate("LowestNumberOfUsedCacheLines"),
      .value = 2047,
      .improvement_count = 4,
      .equal_count = 7};
  table.times = {.read = milliseconds(1),
                 .memory = milliseconds(2),
                 .search = milliseconds(3),
                 .build = milliseconds(4),
                 .generate = milliseconds(5),
                 .write = milliseconds(6)};
  return table;
}

v1::TableResult Show(const TableResult& table) {
  v1::TableResult result;
  FillTableResult(table, &result);
  return result;
}

TEST(TableResultMessageTest, SaysHowTheTableWasFound) {
  const v1::TableResult result = Show(Result());
  EXPECT_EQ(result.attempts(), 26);
  EXPECT_THAT(result.seeds(), ElementsAre(1, 0xffffffff));
  EXPECT_DOUBLE_EQ(result.density(), 31'016 / 32'768.0);
  const v1::Search& search = result.search();
  EXPECT_EQ(search.attempts(), 26);
  EXPECT_EQ(search.solutions(), 1);
  EXPECT_EQ(search.loop_failures(), 10);
  EXPECT_EQ(search.cyclic_failures(), 12);
  EXPECT_EQ(search.preparations(), 3);
  EXPECT_EQ(search.attempts_made(), 40);
  EXPECT_EQ(search.expected_attempts(), 4.3);
  EXPECT_EQ(search.end(), v1::Search::END_EQUAL_COUNT);
  ASSERT_EQ(search.trials_size(), 2);
  EXPECT_EQ(search.trials(0).hash_function(), "MultiplyShiftRX");
  EXPECT_EQ(search.trials(0).attempts(), 64);
  EXPECT_EQ(search.trials(0).expected_attempts(), 40'000);
  EXPECT_TRUE(search.trials(0).is_measured());
  EXPECT_EQ(search.trials(0).verdict(),
            v1::FunctionTrial::VERDICT_TOO_MANY_EXPECTED);
  EXPECT_EQ(search.trials(1).table_resizes(), 1);
  EXPECT_EQ(search.trials(1).verdict(), v1::FunctionTrial::VERDICT_SOLVED);
}

TEST(TableResultMessageTest, SaysWhereTheEntriesLie) {
  const v1::TableResult result = Show(Result());
  const v1::Coverage& coverage = result.coverage();
  EXPECT_EQ(coverage.total_cache_lines(), 2048);
  EXPECT_EQ(coverage.used_cache_lines(), 2047);
  EXPECT_EQ(coverage.total_pages(), 32);
  EXPECT_EQ(coverage.used_pages(), 31);
  EXPECT_EQ(coverage.total_large_pages(), 1);
  EXPECT_EQ(coverage.used_large_pages(), 1);
  EXPECT_EQ(coverage.entries_per_cache_line(), 32);
  EXPECT_EQ(coverage.assigned_entries(), 30'000);
  EXPECT_THAT(coverage.cache_lines_by_assigned_count(), ElementsAre(1, 0, 5));
  EXPECT_EQ(coverage.slope(), -1.5);
  EXPECT_EQ(coverage.intercept(), 2.5);
  EXPECT_EQ(coverage.correlation(), -0.25);
  EXPECT_EQ(coverage.predicted_filled_cache_lines(), -45.5);
  EXPECT_EQ(coverage.score(), 20);
  EXPECT_EQ(coverage.rank(), 0.5);
  EXPECT_EQ(result.best_graph().predicate(), "LowestNumberOfUsedCacheLines");
  EXPECT_EQ(result.best_graph().value(), 2047);
  EXPECT_EQ(result.best_graph().new_best_count(), 4);
  EXPECT_EQ(result.best_graph().equal_count(), 7);
  TableResult first = Result();
  first.best_graph.reset();
  EXPECT_FALSE(Show(first).has_best_graph());
}

TEST(TableResultMessageTest, SaysHowLongEachStageTook) {
  const v1::StageDurations times = Show(Result()).stage_durations();
  EXPECT_EQ(times.read().nanos(), 1'000'000);
  EXPECT_EQ(times.memory().nanos(), 2'000'000);
  EXPECT_EQ(times.search().nanos(), 3'000'000);
  EXPECT_EQ(times.build().nanos(), 4'000'000);
  EXPECT_EQ(times.generate().nanos(), 5'000'000);
  EXPECT_EQ(times.write().nanos(), 6'000'000);
}

TEST(TableResultMessageTest, EveryEndAndEveryVerdictHasItsName) {
  for (int i = 0; i <= static_cast<int>(SearchEnd::kTime); ++i) {
    TableResult table = Result();
    table.search_end = static_cast<SearchEnd>(i);
    EXPECT_EQ(Show(table).search().end(), i + 1);
  }
  for (int i = 0; i <= static_cast<int>(TrialVerdict::kCancelled); ++i) {
    TableResult table = Result();
    table.record[0].verdict = static_cast<TrialVerdict>(i);
    EXPECT_EQ(Show(table).search().trials(0).verdict(), i + 1);
  }
}

}  // namespace
}  // namespace perfecthash
