#pragma once

#include <chrono>
#include <string>

#include "perfecthash/v1/server.grpc.pb.h"
#include "service/service_parts.h"

namespace perfecthash {

// What does not change while the server runs.
struct ServerFacts {
  std::string version;
  std::string instance_id;
  std::chrono::system_clock::time_point start_time;
  int threads_budget = 0;
};

// The calls of ServerService. Thread-safe; the parts outlive it.
class ServerService : public v1::ServerService::CallbackService {
 public:
  ServerService(const ServiceParts& parts, ServerFacts facts)
      : parts_(parts), facts_(std::move(facts)) {}

  grpc::ServerUnaryReactor* GetServerInfo(
      grpc::CallbackServerContext* context,
      const v1::GetServerInfoRequest* request,
      v1::ServerInfo* response) override;
  grpc::ServerUnaryReactor* ListNodes(grpc::CallbackServerContext* context,
                                      const v1::ListNodesRequest* request,
                                      v1::ListNodesResponse* response) override;
  grpc::ServerUnaryReactor* DrainNode(grpc::CallbackServerContext* context,
                                      const v1::DrainNodeRequest* request,
                                      v1::Node* response) override;
  grpc::ServerUnaryReactor* ResumeNode(grpc::CallbackServerContext* context,
                                       const v1::ResumeNodeRequest* request,
                                       v1::Node* response) override;
  grpc::ServerUnaryReactor* GetEngineStats(
      grpc::CallbackServerContext* context,
      const v1::GetEngineStatsRequest* request,
      v1::EngineStats* response) override;
  grpc::ServerUnaryReactor* ListWork(grpc::CallbackServerContext* context,
                                     const v1::ListWorkRequest* request,
                                     v1::ListWorkResponse* response) override;

 private:
  absl::Status FillInfo(v1::ServerInfo* info) const;

  const ServiceParts& parts_;
  const ServerFacts facts_;
};

}  // namespace perfecthash
