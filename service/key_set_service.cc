#include "service/key_set_service.h"

#include "absl/strings/str_cat.h"
#include "engine/base/error_reason.h"
#include "engine/base/status_macros.h"
#include "perfecthash/v1/key_set.grpc.pb.h"
#include "service/files/digest.h"
#include "service/rpc/rpc_status.h"
#include "service/rpc/unary_call.h"
#include "service/upload_reactor.h"

namespace perfecthash {
namespace {

absl::Status FindMissing(const ServiceParts& parts,
                         const v1::FindMissingKeySetsRequest& request,
                         v1::FindMissingKeySetsResponse* response) {
  const int limit = parts.limits.digests_per_call_max;
  if (request.sha256_size() > limit) {
    return WithMetadata(WithReason(absl::InvalidArgumentError(absl::StrCat(
                                       "sha256 has ", request.sha256_size(),
                                       " digests; one call takes at most ",
                                       limit, ": ask in several calls")),
                                   "TOO_MANY_DIGESTS"),
                        "limit", absl::StrCat(limit));
  }
  for (const std::string& bytes : request.sha256()) {
    ASSIGN_OR_RETURN(const Sha256Digest digest, ReadDigest(bytes, "sha256"));
    if (!parts.key_sets.Contains(digest)) response->add_missing_sha256(bytes);
  }
  return absl::OkStatus();
}

class KeySetService : public v1::KeySetService::CallbackService {
 public:
  explicit KeySetService(const ServiceParts& parts) : parts_(parts) {}

  grpc::ServerUnaryReactor* FindMissingKeySets(
      grpc::CallbackServerContext* context,
      const v1::FindMissingKeySetsRequest* request,
      v1::FindMissingKeySetsResponse* response) override;
  grpc::ServerReadReactor<v1::UploadKeySetsRequest>* UploadKeySets(
      grpc::CallbackServerContext* context,
      v1::UploadKeySetsResponse* response) override;

 private:
  const ServiceParts& parts_;
};

grpc::ServerUnaryReactor* KeySetService::FindMissingKeySets(
    grpc::CallbackServerContext* context,
    const v1::FindMissingKeySetsRequest* request,
    v1::FindMissingKeySetsResponse* response) {
  return AnswerLater(context, parts_.executor, [this, request, response] {
    return FindMissing(parts_, *request, response);
  });
}

grpc::ServerReadReactor<v1::UploadKeySetsRequest>* KeySetService::UploadKeySets(
    grpc::CallbackServerContext* context, v1::UploadKeySetsResponse* response) {
  return new UploadReactor(parts_, context, response);
}

}  // namespace

std::unique_ptr<grpc::Service> MakeKeySetService(const ServiceParts& parts) {
  return std::make_unique<KeySetService>(parts);
}

}  // namespace perfecthash
