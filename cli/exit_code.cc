#include "cli/exit_code.h"

#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "absl/types/optional.h"
#include "engine/base/check.h"

namespace perfecthash {
namespace {

constexpr char kPayloadType[] = "perfecthash/exit_code";

}  // namespace

const char kExitCodeHelp[] =
    R"(Exit codes:
  0     the command did what it says
  1     a job failed or partly failed, or a local file could not be used
  2     wrong usage, or nothing to do
  3     cannot connect
  4     --timeout ran out; the job goes on if its server does
  5     the job was cancelled
  64+n  the server answered with gRPC status n; 78: it stopped, or
        cannot be reached any more
  130   interrupted by Ctrl-C; a job that was accepted goes on
        if its server does)";

ExitCode ExitCodeOfRpc(int grpc_status_code) {
  return static_cast<ExitCode>(static_cast<int>(ExitCode::kRpcBase) +
                               grpc_status_code);
}

absl::Status Failure(ExitCode code, const std::string& message) {
  absl::Status status = absl::UnknownError(message);
  const std::string digits = std::to_string(static_cast<int>(code));
  status.SetPayload(kPayloadType, absl::Cord(absl::string_view(digits)));
  return status;
}

ExitCode ExitCodeOf(const absl::Status& status) {
  if (status.ok()) return ExitCode::kOk;
  const absl::optional<absl::Cord> payload = status.GetPayload(kPayloadType);
  if (!payload.has_value()) return ExitCode::kFailed;
  int code = 0;
  CHECK(absl::SimpleAtoi(std::string(*payload), &code));
  return static_cast<ExitCode>(code);
}

std::string MessageOf(const absl::Status& status) {
  return std::string(status.message());
}

}  // namespace perfecthash
