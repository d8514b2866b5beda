#pragma once

#include <string>

#include "absl/status/status.h"

namespace perfecthash {

// Names the calling thread for debuggers and process lists; the system may
// cut the name (Linux keeps 15 characters).
void NameThread(const std::string& name);

// Lowers the calling thread's priority by `steps` of Unix's nice value (0..19),
// so that other threads get a cpu first when all are busy. The error of a
// refusal is meant as a warning.
absl::Status LowerThreadPriority(int steps);

// When the calling thread is woken while all cpus are busy, it waits for one
// instead of interrupting who runs there: it is woken less often, and finds
// more to do each time. Linux's SCHED_BATCH; Windows has nothing like it.
absl::Status RunThreadInBatches();

}  // namespace perfecthash
