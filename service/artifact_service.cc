#include "service/artifact_service.h"

#include "service/download_reactor.h"
#include "service/job_listing.h"
#include "service/rpc/unary_call.h"

namespace perfecthash {

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

}  // namespace perfecthash
