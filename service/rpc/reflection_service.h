#pragma once

#include <string>
#include <vector>

#include "grpc/reflection/v1alpha/reflection.grpc.pb.h"

namespace perfecthash {

// gRPC's reflection by the callback API. (The one that comes with gRPC blocks a
// thread per stream, and would be the only reason for a pool of them.)
// Thread-safe.
class ReflectionService
    : public grpc::reflection::v1alpha::ServerReflection::CallbackService {
 public:
  explicit ReflectionService(std::vector<std::string> service_names)
      : service_names_(std::move(service_names)) {}

  grpc::ServerBidiReactor<grpc::reflection::v1alpha::ServerReflectionRequest,
                          grpc::reflection::v1alpha::ServerReflectionResponse>*
  ServerReflectionInfo(grpc::CallbackServerContext* context) override;

  void Reply(
      const grpc::reflection::v1alpha::ServerReflectionRequest& request,
      grpc::reflection::v1alpha::ServerReflectionResponse* response) const;

 private:
  const std::vector<std::string> service_names_;
};

}  // namespace perfecthash
