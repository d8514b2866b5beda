#pragma once

#include "perfecthash/v1/artifact.grpc.pb.h"
#include "service/service_parts.h"

namespace perfecthash {

// The calls of ArtifactService. Thread-safe; the parts outlive it.
class ArtifactService : public v1::ArtifactService::CallbackService {
 public:
  explicit ArtifactService(const ServiceParts& parts) : parts_(parts) {}

  grpc::ServerUnaryReactor* ListArtifacts(
      grpc::CallbackServerContext* context,
      const v1::ListArtifactsRequest* request,
      v1::ListArtifactsResponse* response) override;
  grpc::ServerWriteReactor<v1::DownloadArtifactsResponse>* DownloadArtifacts(
      grpc::CallbackServerContext* context,
      const v1::DownloadArtifactsRequest* request) override;

 private:
  const ServiceParts& parts_;
};

}  // namespace perfecthash
