#pragma once

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tests/benchmark/stopwatch.h"

namespace perfecthash {

// Compares `make_tables`, which fills the empty directory `output` and tells
// how long that took, with plain system calls on 1 and on 2 threads that write
// the same names and bytes. Each round runs all three, beginning with the next
// one, so that none gains by its place; the disk is flushed in between. Prints
// every time, and the medians of the rounds' ratios.
absl::Status ComparePlain(
    const std::string& output, int rounds,
    absl::FunctionRef<absl::StatusOr<Time>()> make_tables);

}  // namespace perfecthash
