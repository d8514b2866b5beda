#pragma once

#include "engine/pipeline/table_result.h"
#include "perfecthash/v1/table.pb.h"

namespace perfecthash {

// All of a table's result but its artifacts and the time it was queued.
void FillTableResult(const TableResult& table, v1::TableResult* result);

}  // namespace perfecthash
