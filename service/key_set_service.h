#pragma once

#include "perfecthash/v1/key_set.grpc.pb.h"
#include "service/service_parts.h"

namespace perfecthash {

// The calls of KeySetService. Thread-safe; the parts outlive it.
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

}  // namespace perfecthash
