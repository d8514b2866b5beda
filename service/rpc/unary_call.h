#pragma once

#include <utility>

#include "absl/status/status.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/server_callback.h"
#include "service/process/task_executor.h"
#include "service/rpc/rpc_status.h"

namespace perfecthash {

// Two ways to answer a unary call; either finishes it on every path.

// With what is at hand already.
inline grpc::ServerUnaryReactor* Answer(grpc::CallbackServerContext* context,
                                        const absl::Status& status) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  reactor->Finish(ToRpcStatus(status));
  return reactor;
}

// With what `work` (a callable that returns absl::Status) does on the executor:
// for whatever reads files or handles large messages.
template <typename Work>
grpc::ServerUnaryReactor* AnswerLater(grpc::CallbackServerContext* context,
                                      TaskExecutor& executor, Work work) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  const absl::Status posted =
      executor.Post([reactor, work = std::move(work)]() mutable {
        reactor->Finish(ToRpcStatus(work()));
      });
  if (!posted.ok()) reactor->Finish(ToRpcStatus(posted));
  return reactor;
}

}  // namespace perfecthash
