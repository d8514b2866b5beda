#pragma once

#include "absl/status/statusor.h"
#include "engine/perfect_hash/best_solution.h"
#include "perfecthash/v1/table.pb.h"

namespace perfecthash {

// Checks every field; errors name the field.
absl::StatusOr<BestGraphOptions> ReadBestGraph(const v1::BestGraph& options);

}  // namespace perfecthash
