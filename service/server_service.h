#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "grpcpp/impl/service_type.h"
#include "service/service_parts.h"

namespace perfecthash {

// What does not change while the server runs.
struct ServerFacts {
  std::string version;
  std::string instance_id;
  std::chrono::system_clock::time_point start_time;
  int threads_budget = 0;
  std::function<void(const std::string&)> on_warning = {};  // may be empty
};

// The calls of ServerService. Thread-safe; the parts outlive it.
std::unique_ptr<grpc::Service> MakeServerService(const ServiceParts& parts,
                                                 ServerFacts facts);

}  // namespace perfecthash
