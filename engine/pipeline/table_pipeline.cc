#include "engine/pipeline/table_pipeline.h"

#include <utility>

#include "absl/status/status.h"
#include "engine/base/error_reason.h"
#include "engine/base/status_macros.h"
#include "engine/codegen/generator.h"
#include "engine/pipeline/key_reading.h"
#include "engine/pipeline/table_solving.h"
#include "engine/pipeline/table_stop.h"
#include "engine/pipeline/table_writing.h"

namespace perfecthash {
namespace {

void DescribeTable(const Table& table, TableResult& result) {
  const TableParameters& parameters = table.parameters();
  result.key_count = parameters.key_count;
  result.edge_count = parameters.size.edge_count;
  result.vertex_count = parameters.size.vertex_count;
  result.table_size_bytes = table.SizeBytes();
  result.hash_function = std::string(table.hash_function().name);
  const auto seeds = parameters.seeds.span();
  result.seeds.assign(seeds.begin(), seeds.end());
  result.attempts = parameters.attempt;
  result.table_resizes = parameters.table_resizes;
  result.expected_attempts =
      RandomGraphAttempts(parameters.key_count, parameters.size.vertex_count);
}

void DescribeSearch(const TableContext& context, const SolvedTable& solved,
                    TableResult& result) {
  result.attempt_counts = solved.search.counts;
  result.attempts_made = context.activity.attempts();
  result.search_end = solved.search.end;
  result.record = solved.record;
  result.coverage = solved.coverage;
  const auto& best_graph = context.request.options->best_graph;
  if (!best_graph.has_value()) return;
  result.best_graph = {.predicate = best_graph->predicate,
                       .value = solved.search.best_value,
                       .improvement_count = solved.search.improvement_count,
                       .equal_count = solved.search.equal_count};
}

StageTimes TimesOf(const TableActivity& activity) {
  return {.read = activity.TimeIn(TableStage::kRead),
          .memory = activity.TimeIn(TableStage::kMemory),
          .search = activity.TimeIn(TableStage::kSolve),
          .build = activity.TimeIn(TableStage::kBuild),
          .generate = activity.TimeIn(TableStage::kGenerate),
          .write = activity.TimeIn(TableStage::kWrite)};
}

}  // namespace

Task<absl::StatusOr<TableResult>> MakeTable(TableContext& context) {
  TableMemory memory;
  CO_ASSIGN_OR_RETURN(KeySet keys, co_await ReadKeys(context, memory));

  CO_ASSIGN_OR_RETURN(SolvedTable solved,
                      co_await SolveTable(context, keys, memory));
  TableResult result;
  DescribeTable(solved.table, result);
  DescribeSearch(context, solved, result);

  const TableOptions& options = *context.request.options;
  context.activity.Enter(TableStage::kGenerate, context.node.Now());
  const TableStop stop(context);
  const auto frame = MakeTableFileFrame(solved.table, &stop);
  if (!frame) {
    co_return WithReason(
        absl::CancelledError("cancelled while its files were generated"),
        "CANCELLED");
  }
  GeneratedTable generated =
      Generate({.table = solved.table, .keys = keys, .frame = *frame},
               context.request.name, options.generator);
  result.digest = generated.digest;

  const bool writes = options.file_io != FileIo::kNone &&
                      !context.request.output_directory.empty() &&
                      !generated.files.empty();
  if (writes) {
    CO_ASSIGN_OR_RETURN(result.files,
                        co_await WriteFiles(context, generated.files,
                                            WriteChunkBytes(keys.size())));
  }
  context.activity.Enter(context.activity.stage(), context.node.Now());
  result.times = TimesOf(context.activity);
  result.solve_time = result.times.search + result.times.build;
  co_return result;
}

}  // namespace perfecthash
