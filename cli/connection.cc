#include "cli/connection.h"

#include <fmt/format.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include <algorithm>
#include <utility>

#include "cli/address.h"
#include "cli/duration.h"
#include "cli/exit_code.h"
#include "engine/base/status_macros.h"

namespace perfecthash {
namespace {

using Clock = std::chrono::system_clock;

// Calls that may be repeated: they read, or a request_id makes them safe.
// Streams are re-attached by the commands that read them.
constexpr char kServiceConfig[] = R"({
  "methodConfig": [{
    "name": [
      {"service": "perfecthash.v1.JobService", "method": "CreateTableJob"},
      {"service": "perfecthash.v1.JobService", "method": "CreateBulkJob"},
      {"service": "perfecthash.v1.JobService", "method": "GetJob"},
      {"service": "perfecthash.v1.JobService", "method": "ListJobs"},
      {"service": "perfecthash.v1.JobService", "method": "ListJobItems"},
      {"service": "perfecthash.v1.JobService", "method": "CancelJob"},
      {"service": "perfecthash.v1.JobService", "method": "WaitJob"},
      {"service": "perfecthash.v1.KeySetService",
       "method": "FindMissingKeySets"},
      {"service": "perfecthash.v1.ServerService"}
    ],
    "retryPolicy": {
      "maxAttempts": 4,
      "initialBackoff": "0.1s",
      "maxBackoff": "5s",
      "backoffMultiplier": 2,
      "retryableStatusCodes": ["UNAVAILABLE"]
    }
  }]
})";

enum class Traffic { kControl, kTransfer };

std::shared_ptr<grpc::Channel> MakeChannel(const std::string& address,
                                           Traffic traffic) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 20'000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 10'000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 0);
  arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 1'000);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 2'000);
  arguments.SetServiceConfigJSON(kServiceConfig);
  // A page of 10,000 job items is a few MiB.
  arguments.SetMaxReceiveMessageSize(64 << 20);
  arguments.SetUserAgentPrefix("perfecthash/" PERFECTHASH_VERSION);
  if (traffic == Traffic::kControl) {
    arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
    arguments.SetInt(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, 16'384);
  }
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(),
                                   arguments);
}

// What gRPC says when it cannot connect: only a call tells.
std::string WhyNotConnected(const std::shared_ptr<grpc::Channel>& channel) {
  grpc::ClientContext context;
  context.set_deadline(Clock::now() + std::chrono::milliseconds(100));
  grpc::health::v1::HealthCheckResponse response;
  const grpc::Status status = grpc::health::v1::Health::NewStub(channel)->Check(
      &context, {}, &response);
  return status.error_code() == grpc::StatusCode::UNAVAILABLE
             ? status.error_message()
             : "no answer";
}

absl::Status CannotConnect(const ConnectOptions& options,
                           const std::string& why) {
  const char* hint =
      options.wait_for_server.has_value()
          ? "is the address right, and does perfecthashd run there?"
          : "is the address right (--address, PERFECTHASH_ADDRESS), and does "
            "perfecthashd run there? --wait-for-server waits for its start.";
  return Failure(ExitCode::kCannotConnect,
                 fmt::format("cannot connect to {}: {}\n  {}", options.address,
                             why, hint));
}

absl::Status WaitUntilReady(const std::shared_ptr<grpc::Channel>& channel,
                            const ConnectOptions& options,
                            Interrupt& interrupt) {
  const auto limit = options.wait_for_server.value_or(options.connect_timeout);
  const auto deadline =
      Clock::now() + std::chrono::duration_cast<Clock::duration>(limit);
  while (true) {
    const grpc_connectivity_state state = channel->GetState(true);
    if (state == GRPC_CHANNEL_READY) return absl::OkStatus();
    if (interrupt.pending()) {
      return Failure(ExitCode::kInterrupted, "interrupted");
    }
    const bool gives_up = state == GRPC_CHANNEL_TRANSIENT_FAILURE &&
                          !options.wait_for_server.has_value();
    if (gives_up || state == GRPC_CHANNEL_SHUTDOWN) {
      return CannotConnect(options, WhyNotConnected(channel));
    }
    if (options.deadline.has_value() && Clock::now() >= *options.deadline) {
      return Failure(ExitCode::kTimedOut,
                     "--timeout has passed before there was a connection to " +
                         options.address);
    }
    if (Clock::now() >= deadline) {
      return CannotConnect(options,
                           "no connection within " + FormatDuration(limit));
    }
    // Short steps, for Ctrl-C.
    channel->WaitForStateChange(
        state,
        std::min(deadline, Clock::now() + std::chrono::milliseconds(100)));
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<Connection>> Connection::Open(
    const ConnectOptions& options, Interrupt& interrupt, Console& console) {
  RETURN_IF_ERROR(CheckAddress(options.address));
  const auto control = MakeChannel(options.address, Traffic::kControl);
  if (options.wait_for_server.has_value()) {
    console.Note(fmt::format("waiting for the server at {} (up to {})",
                             options.address,
                             FormatDuration(*options.wait_for_server)));
  }
  RETURN_IF_ERROR(WaitUntilReady(control, options, interrupt));
  console.Detail("connected to " + options.address);
  return std::unique_ptr<Connection>(new Connection(
      control, MakeChannel(options.address, Traffic::kTransfer)));
}

Connection::Connection(const std::shared_ptr<grpc::Channel>& control,
                       const std::shared_ptr<grpc::Channel>& transfer)
    : jobs_(v1::JobService::NewStub(control)),
      server_(v1::ServerService::NewStub(control)),
      health_(grpc::health::v1::Health::NewStub(control)),
      key_sets_(v1::KeySetService::NewStub(transfer)),
      artifacts_(v1::ArtifactService::NewStub(transfer)) {}

}  // namespace perfecthash
