#include "cli/tables_csv.h"

#include <gmock/gmock.h>
#include <google/protobuf/any.pb.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

namespace perfecthash {
namespace {

using ::testing::EndsWith;

// The values of a row that needs no quotes, by column.
std::map<std::string, std::string> ValuesOf(const v1::JobItem& item) {
  std::string row = CsvRow(item);
  EXPECT_THAT(row, EndsWith("\r\n"));
  row.resize(row.size() - 2);
  row += ',';
  std::map<std::string, std::string> values;
  std::size_t begin = 0;
  for (const std::string_view column : CsvColumns()) {
    const std::size_t end = row.find(',', begin);
    values[std::string(column)] = row.substr(begin, end - begin);
    begin = end + 1;
  }
  EXPECT_EQ(begin, row.size());
  return values;
}

v1::JobItem Succeeded() {
  v1::JobItem item;
  item.set_index(7);
  item.set_item_id("libc");
  item.set_state(v1::JobItem::STATE_SUCCEEDED);
  v1::TableResult& result = *item.mutable_result();
  result.set_key_count(1000);
  result.set_hash_function("MultiplyShiftRX");
  result.add_seeds(255);
  result.add_seeds(16);
  result.set_density(0.9765625);
  result.mutable_queue_duration()->set_seconds(2);
  result.mutable_queue_duration()->set_nanos(5'000);
  v1::Search& search = *result.mutable_search();
  search.set_attempts(70);
  search.set_end(v1::Search::END_FIRST_SOLUTION);
  v1::FunctionTrial& weak = *search.add_trials();
  weak.set_hash_function("MultiplyShiftRX");
  weak.set_attempts(64);
  weak.set_verdict(v1::FunctionTrial::VERDICT_BUDGET_SPENT);
  v1::FunctionTrial& strong = *search.add_trials();
  strong.set_hash_function("Jenkins");
  strong.set_table_resizes(1);
  strong.set_attempts(6);
  strong.set_verdict(v1::FunctionTrial::VERDICT_SOLVED);
  result.mutable_coverage()->add_cache_lines_by_assigned_count(3);
  result.mutable_coverage()->add_cache_lines_by_assigned_count(4);
  result.mutable_coverage()->set_slope(-0.125);
  result.add_artifacts()->set_size_bytes(100);
  result.add_artifacts()->set_size_bytes(11);
  return item;
}

v1::JobItem Failed() {
  v1::JobItem item;
  item.set_item_id("hard");
  item.set_state(v1::JobItem::STATE_FAILED);
  item.mutable_error()->set_message("no solution in 10 attempts");
  v1::ErrorInfo info;
  info.set_reason("NO_SOLUTION");
  (*info.mutable_metadata())["attempts"] = "10";
  (*info.mutable_metadata())["loop_failures"] = "4";
  google::protobuf::Any& detail = *item.mutable_error()->add_details();
  detail.set_type_url("type.googleapis.com/google.rpc.ErrorInfo");
  detail.set_value(info.SerializeAsString());
  return item;
}

TEST(TablesCsvTest, TheHeaderNamesEachColumnOnce) {
  const auto columns = CsvColumns();
  EXPECT_EQ(std::set(columns.begin(), columns.end()).size(), columns.size());
  EXPECT_THAT(CsvHeader(), testing::StartsWith("item_index,item_id,state,"));
  EXPECT_THAT(CsvHeader(), EndsWith(",table_digest\r\n"));
}

TEST(TablesCsvTest, ATablesValuesStandInTheirColumns) {
  auto values = ValuesOf(Succeeded());
  EXPECT_EQ(values["item_index"], "7");
  EXPECT_EQ(values["item_id"], "libc");
  EXPECT_EQ(values["state"], "SUCCEEDED");
  EXPECT_EQ(values["error_reason"], "");
  EXPECT_EQ(values["key_count"], "1000");
  EXPECT_EQ(values["density"], "0.9765625");
  EXPECT_EQ(values["seeds"], "0xff 0x10");
  EXPECT_EQ(values["attempts"], "70");
  EXPECT_EQ(values["search_end"], "FIRST_SOLUTION");
  EXPECT_EQ(values["trials"],
            "MultiplyShiftRX 64 BUDGET_SPENT; Jenkins+1 6 SOLVED");
  EXPECT_EQ(values["best_graph_value"], "");
  EXPECT_EQ(values["queue_seconds"], "2.000005000");
  EXPECT_EQ(values["cache_lines_by_assigned_count"], "3 4");
  EXPECT_EQ(values["slope"], "-0.125");
  EXPECT_EQ(values["artifact_count"], "2");
  EXPECT_EQ(values["artifact_bytes"], "111");
}

TEST(TablesCsvTest, ABestGraphHasItsValues) {
  v1::JobItem item = Succeeded();
  v1::BestGraphResult& best = *item.mutable_result()->mutable_best_graph();
  best.set_predicate("LowestRank");
  best.set_value(0.5);
  auto values = ValuesOf(item);
  EXPECT_EQ(values["best_graph_predicate"], "LowestRank");
  EXPECT_EQ(values["best_graph_value"], "0.5");
  EXPECT_EQ(values["best_graph_new_best_count"], "0");
}

TEST(TablesCsvTest, WhatIsNotKnownOfAFailureIsEmpty) {
  auto values = ValuesOf(Failed());
  EXPECT_EQ(values["state"], "FAILED");
  EXPECT_EQ(values["error_reason"], "NO_SOLUTION");
  EXPECT_EQ(values["error_message"], "no solution in 10 attempts");
  EXPECT_EQ(values["attempts"], "10");
  EXPECT_EQ(values["loop_failures"], "4");
  EXPECT_EQ(values["solutions"], "");
  EXPECT_EQ(values["key_count"], "");
  EXPECT_EQ(values["read_seconds"], "");
}

TEST(TablesCsvTest, OnlyWhatNeedsQuotesHasThem) {
  EXPECT_EQ(CsvField(""), "");
  EXPECT_EQ(CsvField("plain text; no comma"), "plain text; no comma");
  EXPECT_EQ(CsvField("a,b"), "\"a,b\"");
  EXPECT_EQ(CsvField("say \"a\""), "\"say \"\"a\"\"\"");
  EXPECT_EQ(CsvField("two\nlines"), "\"two\nlines\"");
  EXPECT_EQ(CsvField("two\r\nlines"), "\"two\r\nlines\"");
}

}  // namespace
}  // namespace perfecthash
