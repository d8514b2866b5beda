#include "service/server.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/base/error_reason.h"
#include "engine/base/status_macros.h"
#include "grpcpp/health_check_service_interface.h"
#include "grpcpp/resource_quota.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server_builder.h"
#include "service/artifact_service.h"
#include "service/job_service.h"
#include "service/key_set_service.h"
#include "service/process/process_facts.h"
#include "service/rpc/reflection_service.h"
#include "service/rpc/uuid.h"
#include "service/server_service.h"

namespace perfecthash {
namespace {

constexpr std::uint64_t kTransportBytesMax = std::uint64_t{4} << 30;
constexpr int kStreamsPerConnectionMax = 1'000;

std::vector<std::string> ServiceNames() {
  return {"perfecthash.v1.JobService", "perfecthash.v1.KeySetService",
          "perfecthash.v1.ArtifactService", "perfecthash.v1.ServerService"};
}

// Also what gRPC answers by itself.
std::vector<std::string> ReflectedNames() {
  std::vector<std::string> names = ServiceNames();
  names.push_back("grpc.health.v1.Health");
  names.push_back("grpc.reflection.v1alpha.ServerReflection");
  return names;
}

// A dead peer is noticed after 80 s; clients may ping every 10 s.
void SetKeepalive(grpc::ServerBuilder* builder) {
  builder->AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 60'000);
  builder->AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 20'000);
  builder->AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder->AddChannelArgument(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  builder->AddChannelArgument(
      GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 10'000);
  builder->AddChannelArgument(GRPC_ARG_MAX_CONNECTION_IDLE_MS, 15 * 60'000);
}

std::uint64_t TransportBytes(const ServerOptions& options) {
  if (options.transport_bytes_max > 0) return options.transport_bytes_max;
  return std::min(PhysicalMemoryBytes() / 4, kTransportBytesMax);
}

// What CheckAddresses has not seen: somebody was quicker, or two addresses are
// the same port in different words.
absl::Status CannotListen(const std::vector<std::string>& addresses) {
  return WithReason(
      absl::FailedPreconditionError(absl::StrCat(
          "cannot listen at ", absl::StrJoin(addresses, ", "),
          ": an address is in use, or cannot be made; choose another with "
          "--listen")),
      "ADDRESS_IN_USE");
}

}  // namespace

int ThreadBudget(int engine_threads, int cpu_count) {
  // gRPC 1.51: callback threads (half the cpus, 2 to 16), its own executors'
  // and event engine's pools (each up to the number of cpus, at least 2), and
  // single threads for timers and the poller.
  const int callback_threads = std::clamp(cpu_count / 2, 2, 16);
  const int transport_threads =
      callback_threads + 3 * std::max(2, cpu_count) + 4;
  constexpr int kOwnThreads = 2 /* executor */ + 1 /* fan-out */ +
                              1 /* heartbeat */ + 2 /* main and its stop */;
  return engine_threads + transport_threads + kOwnThreads;
}

absl::StatusOr<std::unique_ptr<Server>> Server::Start(
    ServerOptions options, std::unique_ptr<Engine> engine) {
  std::unique_ptr<Server> server(
      new Server(std::move(options), std::move(engine)));
  // Before anything is made on the disk, which would be left behind.
  RETURN_IF_ERROR(server->CheckAddresses());
  RETURN_IF_ERROR(server->Open());
  server->MakeServices();
  RETURN_IF_ERROR(server->Listen());
  return server;
}

Server::Server(ServerOptions options, std::unique_ptr<Engine> engine)
    : options_(std::move(options)),
      engine_(std::move(engine)),
      executor_(TaskExecutor::Options{}),
      uploads_(options_.limits.transfers_max),
      downloads_(options_.limits.transfers_max) {}

Server::~Server() { Stop().IgnoreError(); }

std::string Server::JobName(JobId engine_id) const {
  const auto jobs = jobs_->ByEngineId();
  const auto found = jobs.find(engine_id);
  if (found != jobs.end()) return found->second->name();
  return absl::StrCat("the engine's job ", engine_id);
}

absl::Status Server::CheckAddresses() {
  for (const std::string& text : options_.listen) {
    ASSIGN_OR_RETURN(ListenAddress address, ParseListenAddress(text));
    const bool any_port = !address.is_unix() && address.port == 0;
    const auto is_same = [&address](const ListenAddress& other) {
      return other.unix_path == address.unix_path &&
             other.host == address.host && other.port == address.port;
    };
    if (!any_port && std::any_of(listen_addresses_.begin(),
                                 listen_addresses_.end(), is_same)) {
      return absl::InvalidArgumentError(
          absl::StrCat("--listen has ", text, " twice; leave one out"));
    }
    RETURN_IF_ERROR(address.is_unix() ? PrepareSocketPath(address.unix_path)
                                      : CheckPortIsFree(address));
    listen_addresses_.push_back(std::move(address));
  }
  return absl::OkStatus();
}

absl::Status Server::Open() {
  ASSIGN_OR_RETURN(auto data_directory, DataDirectory::Open(options_.data_dir));
  data_directory_.emplace(std::move(data_directory));
  ASSIGN_OR_RETURN(auto directories,
                   AllowedDirectories::Create(options_.allowed_directories));
  directories_.emplace(std::move(directories));
  ASSIGN_OR_RETURN(
      key_sets_,
      KeySetStore::Open({.root = data_directory_->key_sets_path(),
                         .key_set_bytes_max = static_cast<std::uint64_t>(
                             options_.limits.key_set_bytes_max)}));
  ASSIGN_OR_RETURN(
      artifacts_,
      ArtifactStore::Open(data_directory_->artifacts_path(), executor_));
  return absl::OkStatus();
}

void Server::MakeServices() {
  const ServiceLimits& limits = options_.limits;
  jobs_.emplace(JobStore::Options{
      .unfinished_jobs_max = limits.unfinished_jobs_max,
      .finished_jobs_max = limits.finished_jobs_max,
      .finished_items_max = limits.finished_items_max,
      .listener = &fanout_,
      .on_forgotten = [this](std::vector<std::shared_ptr<JobRecord>> jobs) {
        artifacts_->Forget(std::move(jobs));
      }});
  planner_.emplace(
      JobPlanner::Parts{*engine_, *key_sets_, *artifacts_, *directories_},
      JobPlanner::Options{limits, options_.node_policy});
  creator_.emplace(JobCreator::Parts{*engine_, *jobs_, *planner_});
  parts_.emplace(ServiceParts{*engine_, *jobs_, *creator_, fanout_, *key_sets_,
                              executor_, uploads_, downloads_,
                              options_.limits});
  services_.push_back(MakeJobService(*parts_));
  services_.push_back(MakeKeySetService(*parts_));
  services_.push_back(MakeArtifactService(*parts_));
  const int cpu_count = static_cast<int>(std::thread::hardware_concurrency());
  services_.push_back(MakeServerService(
      *parts_,
      {.version = PERFECTHASH_VERSION,
       .instance_id = NewUuid(),
       .start_time = std::chrono::system_clock::now(),
       .threads_budget = ThreadBudget(engine_->thread_count(), cpu_count),
       .on_warning = options_.on_warning}));
  services_.push_back(std::make_unique<ReflectionService>(ReflectedNames()));
  fanout_.Start();
}

absl::Status Server::Listen() {
  grpc::EnableDefaultHealthCheckService(true);
  grpc::ServerBuilder builder;
  for (const auto& service : services_) {
    builder.RegisterService(service.get());
  }
  SetKeepalive(&builder);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS,
                             kStreamsPerConnectionMax);
  // Otherwise a second server would silently share the port.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.SetMaxReceiveMessageSize(
      static_cast<int>(options_.limits.message_bytes_max));
  grpc::ResourceQuota quota("perfecthashd");
  quota.Resize(TransportBytes(options_));
  builder.SetResourceQuota(quota);

  std::vector<int> ports(listen_addresses_.size());
  for (std::size_t i = 0; i < ports.size(); ++i) {
    builder.AddListeningPort(listen_addresses_[i].text,
                             grpc::InsecureServerCredentials(), &ports[i]);
  }
  grpc_server_ = builder.BuildAndStart();
  if (grpc_server_ == nullptr) return CannotListen(options_.listen);
  for (std::size_t i = 0; i < ports.size(); ++i) {
    addresses_.push_back(listen_addresses_[i].BoundText(ports[i]));
  }
  SetServing();
  if (options_.heartbeat_interval.count() > 0) {
    heartbeat_ = std::make_unique<Heartbeat>(
        grpc_server_->InProcessChannel(grpc::ChannelArguments()),
        options_.heartbeat_interval);
  }
  return absl::OkStatus();
}

void Server::SetServing() {
  auto* health = grpc_server_->GetHealthCheckService();
  health->SetServingStatus(true);
  for (const std::string& name : ServiceNames()) {
    health->SetServingStatus(name, true);
  }
}

absl::Status Server::Stop() {
  MutexLock lock(stop_mutex_);
  if (stop_status_.has_value()) return *stop_status_;
  if (grpc_server_ != nullptr) {
    grpc_server_->GetHealthCheckService()->SetServingStatus(false);
  }
  heartbeat_ = nullptr;
  fanout_.EndSubscriptions();
  stop_status_ = engine_->Stop();
  if (grpc_server_ != nullptr) {
    grpc_server_->Shutdown(std::chrono::system_clock::now() +
                           options_.stop_grace);
    grpc_server_ = nullptr;
  }
  fanout_.Stop();
  if (artifacts_ != nullptr) artifacts_->Stop();
  executor_.Stop();
  return *stop_status_;
}

}  // namespace perfecthash
