#pragma once

#include <grpcpp/channel.h>

#include <memory>

#include "absl/status/statusor.h"
#include "cli/connect_options.h"
#include "cli/console.h"
#include "cli/interrupt.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "perfecthash/v1/artifact.grpc.pb.h"
#include "perfecthash/v1/job.grpc.pb.h"
#include "perfecthash/v1/key_set.grpc.pb.h"
#include "perfecthash/v1/server.grpc.pb.h"

namespace perfecthash {

// The stubs of one server, connected. Thread-safe.
class Connection {
 public:
  // Fails with kCannotConnect (or kInterrupted; kUsage for no address at all).
  // `interrupt` and `console` are used only during the call.
  static absl::StatusOr<std::unique_ptr<Connection>> Open(
      const ConnectOptions& options, Interrupt& interrupt, Console& console);

  v1::JobService::StubInterface& jobs() { return *jobs_; }
  v1::ServerService::StubInterface& server() { return *server_; }
  grpc::health::v1::Health::StubInterface& health() { return *health_; }

  // Uploads and downloads have a channel of their own: the one above keeps its
  // windows small, so that a stalled watcher costs the server little, and that
  // would slow a download down.
  v1::KeySetService::StubInterface& key_sets() { return *key_sets_; }
  v1::ArtifactService::StubInterface& artifacts() { return *artifacts_; }

 private:
  Connection(const std::shared_ptr<grpc::Channel>& control,
             const std::shared_ptr<grpc::Channel>& transfer);

  const std::unique_ptr<v1::JobService::StubInterface> jobs_;
  const std::unique_ptr<v1::ServerService::StubInterface> server_;
  const std::unique_ptr<grpc::health::v1::Health::StubInterface> health_;
  const std::unique_ptr<v1::KeySetService::StubInterface> key_sets_;
  const std::unique_ptr<v1::ArtifactService::StubInterface> artifacts_;
};

}  // namespace perfecthash
