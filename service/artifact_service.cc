#include "service/artifact_service.h"

#include "perfecthash/v1/artifact.grpc.pb.h"
#include "service/download_reactor.h"
#include "service/job_listing.h"
#include "service/rpc/unary_call.h"

namespace perfecthash {
namespace {

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

grpc::ServerUnaryReactor* ArtifactService::ListArtifacts(
    grpc::CallbackServerContext* context,
    const v1::ListArtifactsRequest* request,
    v1::ListArtifactsResponse* response) {
  return AnswerLater(context, parts_.executor, [this, request, response] {
    return perfecthash::ListArtifacts(parts_.jobs, *request, response);
  });
}

grpc::ServerWriteReactor<v1::DownloadArtifactsResponse>*
ArtifactService::DownloadArtifacts(
    grpc::CallbackServerContext* context,
    const v1::DownloadArtifactsRequest* request) {
  return new DownloadReactor(parts_, context, *request);
}

}  // namespace

std::unique_ptr<grpc::Service> MakeArtifactService(const ServiceParts& parts) {
  return std::make_unique<ArtifactService>(parts);
}

}  // namespace perfecthash
