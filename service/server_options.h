#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "engine/job/job_spec.h"
#include "service/rpc/service_limits.h"

namespace perfecthash {

struct ServerOptions {
  std::vector<std::string> listen = {"127.0.0.1:7400"};
  std::string data_dir = "perfecthash-data";
  std::vector<std::string> allowed_directories;
  NodePolicy::Mode node_policy = NodePolicy::Mode::kRoundRobin;
  ServiceLimits limits;
  // What gRPC may take for its buffers; 0 = a quarter of the memory, at most
  // 4 GiB.
  std::uint64_t transport_bytes_max = 0;
  // Told what an administrator should know; a call's thread runs it. May be
  // empty.
  std::function<void(const std::string&)> on_warning = {};
  // See Heartbeat; 0 = none.
  std::chrono::milliseconds heartbeat_interval{300};
  // How long calls may take to end at Stop.
  std::chrono::milliseconds stop_grace{2'000};
};

}  // namespace perfecthash
