#include "engine/pipeline/table_pipeline.h"

#include <utility>

#include "engine/base/error_reason.h"
#include "engine/base/status_macros.h"
#include "engine/codegen/generator.h"
#include "engine/perfect_hash/solver.h"
#include "engine/pipeline/graph_solving.h"
#include "engine/pipeline/key_reading.h"
#include "engine/pipeline/lane_scratch.h"
#include "engine/pipeline/table_writing.h"

namespace perfecthash {
namespace {

Task<absl::StatusOr<Table>> SolveTable(TableContext& context,
                                       const KeySet& keys,
                                       const TableMemory& memory) {
  context.activity.Enter(TableStage::kSolve, context.node.Now());
  auto solver = Solver::Create(keys, context.request.options->solver);
  if (!solver.ok()) {
    co_return WithReason(solver.status(), "OPTIONS_INVALID");
  }
  LaneScratch scratch(context.workspaces, memory.lane_bytes);
  auto attempt =
      co_await FindLowestSolvedAttempt(context, *solver, memory, scratch);
  if (!attempt.ok()) co_return attempt.status();
  co_return solver->Build(*attempt, scratch.ForSlice());
}

TableResult Describe(const Table& table) {
  const TableParameters& parameters = table.parameters();
  TableResult result;
  result.key_count = parameters.key_count;
  result.edge_count = parameters.size.edge_count;
  result.vertex_count = parameters.size.vertex_count;
  result.table_size_bytes = table.SizeBytes();
  result.hash_function = std::string(table.hash_function().name);
  const auto seeds = parameters.seeds.span();
  result.seeds.assign(seeds.begin(), seeds.end());
  result.attempts = parameters.attempt;
  result.table_resizes = parameters.table_resizes;
  return result;
}

}  // namespace

Task<absl::StatusOr<TableResult>> MakeTable(TableContext& context) {
  TableMemory memory;
  CO_ASSIGN_OR_RETURN(KeySet keys, co_await ReadKeys(context, memory));

  const auto solving_since = context.node.Now();
  CO_ASSIGN_OR_RETURN(Table table, co_await SolveTable(context, keys, memory));
  TableResult result = Describe(table);
  result.solve_time = context.node.Now() - solving_since;

  const TableOptions& options = *context.request.options;
  context.activity.Enter(TableStage::kGenerate, context.node.Now());
  GeneratedTable generated =
      Generate(table, keys, context.request.name, options.generator);
  result.digest = generated.digest;

  const bool writes = options.file_io != FileIo::kNone &&
                      !context.request.output_directory.empty() &&
                      !generated.files.empty();
  if (writes) {
    CO_ASSIGN_OR_RETURN(result.files,
                        co_await WriteFiles(context, generated.files,
                                            WriteChunkBytes(keys.size())));
  }
  co_return result;
}

}  // namespace perfecthash
