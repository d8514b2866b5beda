#pragma once

#include <string>

#include "absl/status/status.h"
#include "engine/perfect_hash/best_solution.h"
#include "engine/pipeline/table_request.h"

namespace perfecthash {

// What is wrong with the options of a best graph: a field and a phrase, or
// nothing.
struct BestGraphFault {
  const char* field = "";
  std::string problem = {};
};
BestGraphFault FindFault(const BestGraphOptions& options);

// What can be known to be wrong before a table is begun. InvalidArgument,
// INVALID_FIELD, whose message begins with the name of the field, relative to
// the argument: "solver.hash_function: ...".
absl::Status CheckTableOptions(const TableOptions& options);
// All but its options, which many requests share.
absl::Status CheckTableRequest(const TableRequest& request);

}  // namespace perfecthash
