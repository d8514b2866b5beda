#pragma once

#include "absl/status/statusor.h"
#include "engine/pipeline/table_request.h"
#include "perfecthash/v1/table.pb.h"

namespace perfecthash {

// A job's options with an item's merged over them: each field that the item
// sets replaces the job's.
v1::TableOptions MergeTableOptions(const v1::TableOptions& job,
                                   const v1::TableOptions& item);

// Checks every field; errors name the field. What is not an option of the API
// (key width, lanes) is left as it is by default.
absl::StatusOr<TableOptions> ReadTableOptions(const v1::TableOptions& options);

// `key_size_bytes` is 0, 4 or 8.
absl::StatusOr<KeyWidth> ReadKeyWidth(int key_size_bytes);

}  // namespace perfecthash
