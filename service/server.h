#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/engine.h"
#include "grpcpp/impl/service_type.h"
#include "grpcpp/server.h"
#include "service/files/allowed_directories.h"
#include "service/files/data_directory.h"
#include "service/files/key_set_store.h"
#include "service/heartbeat.h"
#include "service/job/artifact_store.h"
#include "service/job/job_creator.h"
#include "service/job/job_planner.h"
#include "service/job/job_store.h"
#include "service/process/listen_address.h"
#include "service/process/task_executor.h"
#include "service/server_options.h"
#include "service/service_parts.h"
#include "service/transfer/transfer_slots.h"
#include "service/watch/watch_fanout.h"

namespace perfecthash {

// The most threads that the process has, besides those of whoever calls: see
// service/README.md.
int ThreadBudget(int engine_threads, int cpu_count);

// The whole service: stores, executor, fan-out and the gRPC server in front of
// an engine. Thread-safe.
class Server {
 public:
  // Takes the engine, which Stop stops. On failure nothing is left behind, and
  // the engine is stopped.
  static absl::StatusOr<std::unique_ptr<Server>> Start(
      ServerOptions options, std::unique_ptr<Engine> engine);
  // Stops, if nobody has.
  ~Server();

  // As clients use them, with the real port where 0 was asked for.
  const std::vector<std::string>& addresses() const { return addresses_; }
  const Engine& engine() const { return *engine_; }
  // "jobs/..." as clients know it; while it is accepted or told its end, a
  // description.
  std::string JobName(JobId engine_id) const;

  // Unhealthy first, then: new jobs are refused, watches end with `closing`,
  // the engine cancels what is left, calls get their grace, threads end. The
  // status is the engine's. Idempotent.
  absl::Status Stop();

 private:
  Server(ServerOptions options, std::unique_ptr<Engine> engine);

  absl::Status CheckAddresses();
  absl::Status Open();
  void MakeServices();
  absl::Status Listen();
  void SetServing();

  const ServerOptions options_;
  std::unique_ptr<Engine> engine_;
  // In the order in which they are made; each may use those above it.
  std::vector<ListenAddress> listen_addresses_;
  std::optional<DataDirectory> data_directory_;
  std::optional<AllowedDirectories> directories_;
  TaskExecutor executor_;
  WatchFanout fanout_;
  TransferSlots uploads_;
  TransferSlots downloads_;
  std::unique_ptr<KeySetStore> key_sets_;
  std::unique_ptr<ArtifactStore> artifacts_;
  std::optional<JobStore> jobs_;
  std::optional<JobPlanner> planner_;
  std::optional<JobCreator> creator_;
  std::optional<ServiceParts> parts_;
  std::vector<std::unique_ptr<grpc::Service>> services_;
  std::unique_ptr<grpc::Server> grpc_server_;
  std::vector<std::string> addresses_;
  std::unique_ptr<Heartbeat> heartbeat_;
  Mutex stop_mutex_;
  std::optional<absl::Status> stop_status_ ABSL_GUARDED_BY(stop_mutex_);
};

}  // namespace perfecthash
