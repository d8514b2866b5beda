#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "engine/codegen/generator.h"
#include "engine/coroutine/task.h"
#include "engine/pipeline/table_pipeline.h"
#include "engine/pipeline/table_result.h"

namespace perfecthash {

// Writes `files` into the request's output directory, each whole or not at
// all. After an error or a cancellation those that were written are removed.
Task<absl::StatusOr<std::vector<WrittenFile>>> WriteFiles(
    TableContext& context, std::vector<GeneratedFile>& files,
    std::size_t chunk_bytes);

}  // namespace perfecthash
