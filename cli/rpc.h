#pragma once

#include <grpcpp/client_context.h>
#include <grpcpp/support/status.h>

#include <chrono>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/connection.h"
#include "cli/session.h"
#include "perfecthash/v1/error.pb.h"

namespace perfecthash {

// How long a call may take that waits for nothing.
inline constexpr std::chrono::seconds kCallTimeout{60};

// The context of a call that ends when the user interrupts or --timeout runs
// out. `session` outlives it.
class CallContext {
 public:
  explicit CallContext(Session& session);

  grpc::ClientContext* get() { return &context_; }
  grpc::ClientContext* operator->() { return &context_; }

 private:
  grpc::ClientContext context_;
  const Interrupt::Scope scope_;
};

// Sets the earlier of `duration` from now and --timeout as the deadline.
void LimitCall(Session& session, grpc::ClientContext& context,
               std::chrono::nanoseconds duration);

// A failed call as a Status with its exit code: message, code, the ErrorInfo's
// reason and metadata, and what to do.
absl::Status RpcFailure(const Session& session, const grpc::Status& status);

// "no key set (FAILED_PRECONDITION, KEY_SET_MISSING)": an error inside a job.
std::string DescribeError(const v1::Status& error);

// Its reason and named values; empty when it has none.
v1::ErrorInfo ErrorInfoOf(const v1::Status& error);

// One unary call:
//   Call(session, session.connection().jobs(),
//        &v1::JobService::StubInterface::GetJob, request)
template <typename Stub, typename Request, typename Response>
absl::StatusOr<Response> Call(Session& session, Stub& stub,
                              grpc::Status (Stub::*method)(grpc::ClientContext*,
                                                           const Request&,
                                                           Response*),
                              const Request& request,
                              std::chrono::nanoseconds limit = kCallTimeout) {
  CallContext context(session);
  LimitCall(session, *context.get(), limit);
  Response response;
  const grpc::Status status = (stub.*method)(context.get(), request, &response);
  if (!status.ok()) return RpcFailure(session, status);
  return response;
}

}  // namespace perfecthash
