#pragma once

#include "absl/status/status.h"
#include "engine/pipeline/table_request.h"

namespace perfecthash {

// What can be known to be wrong before a table is begun. InvalidArgument,
// INVALID_FIELD, whose message begins with the name of the field, relative to
// the argument: "solver.hash_function: ...".
absl::Status CheckTableOptions(const TableOptions& options);
// All but its options, which many requests share.
absl::Status CheckTableRequest(const TableRequest& request);

}  // namespace perfecthash
