#pragma once

#include <string>

#include "absl/status/status.h"

namespace perfecthash {

// The Status of a failed system call: canonical code, the operating system's
// own words and, where one is known, what to do. `doing` is a phrase such as
// "open /var/keys/a.keys". `os_error` is one of <cerrno>'s on every system; see
// windows_file.h for those of Windows.
absl::Status OsErrorToStatus(int os_error, const std::string& doing);

// Whether a signal interrupted the call before it had any effect.
bool IsInterrupted(int os_error);

}  // namespace perfecthash
