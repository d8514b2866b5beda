#include "cli/rpc.h"

#include <fmt/format.h>
#include <google/protobuf/any.pb.h>

#include <algorithm>
#include <map>

#include "absl/status/status.h"
#include "cli/duration.h"
#include "cli/exit_code.h"

namespace perfecthash {
namespace {

using Clock = std::chrono::system_clock;

// Our twin of google.rpc's message, whatever package the Any names.
template <typename Detail>
bool UnpackDetail(const google::protobuf::Any& any, std::string_view name,
                  Detail& detail) {
  const std::string& url = any.type_url();
  return url.substr(url.rfind('.') + 1) == name &&
         detail.ParseFromString(any.value());
}

std::string CodeName(int code) {
  return absl::StatusCodeToString(static_cast<absl::StatusCode>(code));
}

// "NOT_FOUND, JOB_NOT_FOUND".
std::string CodeAndReason(const v1::Status& error) {
  const std::string reason = ErrorInfoOf(error).reason();
  return CodeName(error.code()) + (reason.empty() ? "" : ", " + reason);
}

// ", limit=5".
std::string NamedValues(const v1::Status& error) {
  const v1::ErrorInfo cause = ErrorInfoOf(error);
  const std::map<std::string, std::string> sorted(cause.metadata().begin(),
                                                  cause.metadata().end());
  std::string text;
  for (const auto& [key, value] : sorted) text += ", " + key + "=" + value;
  return text;
}

std::string RetryHint(const v1::Status& error) {
  v1::RetryInfo retry;
  for (const google::protobuf::Any& any : error.details()) {
    if (!UnpackDetail(any, "RetryInfo", retry)) continue;
    return "\n  try again in " + FormatDuration(FromProto(retry.retry_delay()));
  }
  return "";
}

v1::Status DetailsOf(const grpc::Status& status) {
  v1::Status details;
  if (!details.ParseFromString(status.error_details())) details.Clear();
  // The trailer's own words are the truth where the two differ.
  details.set_code(status.error_code());
  details.set_message(status.error_message());
  return details;
}

}  // namespace

CallContext::CallContext(Session& session)
    : scope_(session.interrupt(), [this] { context_.TryCancel(); }) {
  if (session.deadline().has_value()) {
    context_.set_deadline(*session.deadline());
  }
}

void LimitCall(Session& session, grpc::ClientContext& context,
               std::chrono::nanoseconds duration) {
  const auto limit =
      Clock::now() + std::chrono::duration_cast<Clock::duration>(duration);
  context.set_deadline(session.deadline().has_value()
                           ? std::min(limit, *session.deadline())
                           : limit);
}

absl::Status RpcFailure(const Session& session, const grpc::Status& status) {
  const bool was_cancelled = status.error_code() == grpc::CANCELLED;
  if (was_cancelled && session.interrupted()) {
    return Failure(ExitCode::kInterrupted, "interrupted");
  }
  if (status.error_code() == grpc::DEADLINE_EXCEEDED &&
      session.IsPastDeadline()) {
    return Failure(ExitCode::kTimedOut,
                   fmt::format("--timeout {} has passed",
                               FormatDuration(*session.options().timeout)));
  }
  const v1::Status details = DetailsOf(status);
  const std::string message = details.message().empty()
                                  ? "the server gave no message"
                                  : details.message();
  return Failure(
      ExitCodeOfRpc(status.error_code()),
      fmt::format("{} ({}{}; server {}){}", message, CodeAndReason(details),
                  NamedValues(details), session.options().connect.address,
                  RetryHint(details)));
}

v1::ErrorInfo ErrorInfoOf(const v1::Status& error) {
  v1::ErrorInfo cause;
  for (const google::protobuf::Any& any : error.details()) {
    if (UnpackDetail(any, "ErrorInfo", cause)) break;
  }
  return cause;
}

std::string DescribeError(const v1::Status& error) {
  return error.message() + " (" + CodeAndReason(error) + ")";
}

}  // namespace perfecthash
