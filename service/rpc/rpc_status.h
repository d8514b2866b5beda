#pragma once

#include <string>

#include "absl/status/status.h"
#include "engine/base/error_reason.h"  // the reason and metadata that go along
#include "grpcpp/support/status.h"
#include "perfecthash/v1/error.pb.h"

namespace perfecthash {

// Errors as they go over the wire. This is the one place that makes a
// grpc::Status, so that every failed call carries the stable reason and, where
// the caller may come back, the time to wait.

// The shape of google.rpc.Status: code, message, ErrorInfo and RetryInfo.
v1::Status ToStatusMessage(const absl::Status& status);

grpc::Status ToRpcStatus(const absl::Status& status);

}  // namespace perfecthash
