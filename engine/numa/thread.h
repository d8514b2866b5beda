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

}  // namespace perfecthash
