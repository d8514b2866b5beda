#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/engine.h"
#include "grpcpp/server.h"
#include "service/artifact_service.h"
#include "service/files/allowed_directories.h"
#include "service/files/data_directory.h"
#include "service/files/key_set_store.h"
#include "service/heartbeat.h"
#include "service/job/artifact_store.h"
#include "service/job/job_creator.h"
#include "service/job/job_planner.h"
#include "service/job/job_store.h"
#include "service/job_service.h"
#include "service/key_set_service.h"
#include "service/process/listen_address.h"
#include "service/process/task_executor.h"
#include "service/rpc/reflection_service.h"
#include "service/rpc/service_limits.h"
#include "service/server_service.h"
#include "service/service_parts.h"
#include "service/transfer/transfer_slots.h"
#include "service/watch/watch_fanout.h"

namespace perfecthash {

struct ServerOptions {
  std::vector<std::string> listen = {"127.0.0.1:7400"};
  std::string data_dir = "perfecthash-data";
  std::vector<std::string> allowed_directories;
  NodePolicy::Mode node_policy = NodePolicy::Mode::kRoundRobin;
  ServiceLimits limits;
  // What gRPC may take for its buffers; 0 = a quarter of the memory, at most
  // 4 GiB.
  std::uint64_t transport_bytes_max = 0;
  // See Heartbeat; 0 = none.
  std::chrono::milliseconds heartbeat_interval{300};
  // How long calls may take to end at Stop.
  std::chrono::milliseconds stop_grace{2'000};
};

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

  absl::Status Open();
  void MakeServices();
  absl::Status Listen();
  void SetServing();

  const ServerOptions options_;
  std::unique_ptr<Engine> engine_;
  // In the order in which they are made; each may use those above it.
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
  std::optional<JobService> job_service_;
  std::optional<KeySetService> key_set_service_;
  std::optional<ArtifactService> artifact_service_;
  std::optional<ServerService> server_service_;
  std::optional<ReflectionService> reflection_service_;
  std::unique_ptr<grpc::Server> grpc_server_;
  std::vector<std::string> addresses_;
  std::unique_ptr<Heartbeat> heartbeat_;
  Mutex stop_mutex_;
  std::optional<absl::Status> stop_status_ ABSL_GUARDED_BY(stop_mutex_);
};

}  // namespace perfecthash
