#include "service/rpc/rpc_status.h"

#include <string>

#include "engine/base/utf8.h"

namespace perfecthash {
namespace {

constexpr char kDomain[] = "perfecthash";
constexpr char kErrorInfoUrl[] = "type.googleapis.com/google.rpc.ErrorInfo";
constexpr char kRetryInfoUrl[] = "type.googleapis.com/google.rpc.RetryInfo";
constexpr int kRetrySeconds = 1;
// A call's status travels twice in its trailer, once with each byte as up to
// three, and clients take no more than 8 KiB of that.
constexpr std::size_t kMessageBytesMax = 1'000;

// Messages quote what a request said, or a path: that may be long, or no UTF-8.
std::string MessageOf(const absl::Status& status) {
  const std::string message = Utf8OrEscaped(std::string(status.message()));
  if (message.size() <= kMessageBytesMax) return message;
  return std::string(Utf8Prefix(message, kMessageBytesMax)) + " ...";
}

// For an error that nobody gave a reason: the code's own name is one.
const char* ReasonOfCode(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kCancelled:
      return "CANCELLED";
    case absl::StatusCode::kInvalidArgument:
      return "INVALID_ARGUMENT";
    case absl::StatusCode::kDeadlineExceeded:
      return "DEADLINE_EXCEEDED";
    case absl::StatusCode::kNotFound:
      return "NOT_FOUND";
    case absl::StatusCode::kAlreadyExists:
      return "ALREADY_EXISTS";
    case absl::StatusCode::kPermissionDenied:
      return "PERMISSION_DENIED";
    case absl::StatusCode::kResourceExhausted:
      return "RESOURCE_EXHAUSTED";
    case absl::StatusCode::kFailedPrecondition:
      return "FAILED_PRECONDITION";
    case absl::StatusCode::kUnimplemented:
      return "UNIMPLEMENTED";
    case absl::StatusCode::kUnavailable:
      return "UNAVAILABLE";
    case absl::StatusCode::kDataLoss:
      return "DATA_LOSS";
    default:
      return "INTERNAL";
  }
}

bool MayRetry(absl::StatusCode code) {
  return code == absl::StatusCode::kResourceExhausted ||
         code == absl::StatusCode::kUnavailable;
}

void AddErrorInfo(const absl::Status& status, v1::Status* message) {
  v1::ErrorInfo info;
  info.set_domain(kDomain);
  const std::string reason = ReasonOf(status);
  info.set_reason(reason.empty() ? ReasonOfCode(status.code()) : reason);
  for (const auto& [key, value] : MetadataOf(status)) {
    (*info.mutable_metadata())[key] = value;
  }
  google::protobuf::Any* detail = message->add_details();
  detail->set_type_url(kErrorInfoUrl);
  info.SerializeToString(detail->mutable_value());
}

void AddRetryInfo(v1::Status* message) {
  v1::RetryInfo info;
  info.mutable_retry_delay()->set_seconds(kRetrySeconds);
  google::protobuf::Any* detail = message->add_details();
  detail->set_type_url(kRetryInfoUrl);
  info.SerializeToString(detail->mutable_value());
}

}  // namespace

v1::Status ToStatusMessage(const absl::Status& status) {
  v1::Status message;
  if (status.ok()) return message;
  message.set_code(static_cast<int>(status.code()));
  message.set_message(MessageOf(status));
  AddErrorInfo(status, &message);
  if (MayRetry(status.code())) AddRetryInfo(&message);
  return message;
}

grpc::Status ToRpcStatus(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  const v1::Status message = ToStatusMessage(status);
  return grpc::Status(static_cast<grpc::StatusCode>(message.code()),
                      message.message(), message.SerializeAsString());
}

}  // namespace perfecthash
