#pragma once

#include <cstdint>
#include <optional>

#include "absl/types/span.h"
#include "engine/perfect_hash/hash_function.h"
#include "engine/perfect_hash/kernels/kernel.h"
#include "engine/perfect_hash/key_set.h"
#include "engine/perfect_hash/seed_rule.h"
#include "engine/perfect_hash/stop_check.h"
#include "engine/perfect_hash/workspace.h"

namespace perfecthash {

// What is to be found out about a hash function and a set.
struct AssessedFunction {
  const KeySet& keys;
  const Kernel& kernel;
  HashFunctionId function;
  int table_resizes = 0;
  SeedRule seed_rule = {};
};

// Expected attempts, with fresh seeds, till a graph has no cycle; infinity if
// that is not to be expected at all. Measured, because no formula knows how a
// function and the structure of a set go together: some graphs are made of
// seeds that no attempt has, and the edges that close a cycle are counted to
// the last, where an attempt ends at the first. A function that mixes well has
// one or two, and none now and then; one that puts keys together whatever the
// seeds has hundreds in every graph. The same on every machine.
//
// Nothing if stopped.
std::optional<double> AssessFunction(const AssessedFunction& assessed,
                                     Workspace& workspace,
                                     const StopCheck* stop);

// The estimate itself, from the numbers of edges that close a cycle.
double ExpectedAttempts(absl::Span<const std::uint32_t> cycle_counts);

}  // namespace perfecthash
