#pragma once

#include <string>

#include "absl/status/status.h"

namespace perfecthash {

// What the program returns: part of its interface, listed in --help and never
// renumbered. A failed RPC that has no code of its own returns 64 + its gRPC
// status code.
enum class ExitCode : int {
  kOk = 0,
  kFailed = 1,
  kUsage = 2,
  kCannotConnect = 3,
  kTimedOut = 4,
  kCancelled = 5,
  kRpcBase = 64,
  kInterrupted = 130,
};

// The table of exit codes for --help.
extern const char kExitCodeHelp[];

ExitCode ExitCodeOfRpc(int grpc_status_code);

// A Status that ends the program with `code`. `message` says what, where, and
// what to do.
absl::Status Failure(ExitCode code, const std::string& message);

// The code that Failure() gave, else kFailed; kOk for OK.
ExitCode ExitCodeOf(const absl::Status& status);

// absl's string_view is neither std's nor known to fmt.
std::string MessageOf(const absl::Status& status);

}  // namespace perfecthash
