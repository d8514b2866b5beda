#pragma once

#include <memory>

#include "grpcpp/impl/service_type.h"
#include "service/service_parts.h"

namespace perfecthash {

// The calls of ArtifactService. Thread-safe; the parts outlive it.
std::unique_ptr<grpc::Service> MakeArtifactService(const ServiceParts& parts);

}  // namespace perfecthash
