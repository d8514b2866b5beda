#pragma once

#include <chrono>
#include <memory>
#include <thread>

#include "engine/base/mutex.h"
#include "grpcpp/channel.h"

namespace perfecthash {

// Calls the server from inside the process, again and again. gRPC 1.51's
// callback threads sleep 100 ms when nothing came for a second, and whoever
// calls then waits for them; with something to do they stay awake.
class Heartbeat {
 public:
  Heartbeat(std::shared_ptr<grpc::Channel> channel,
            std::chrono::milliseconds interval);
  ~Heartbeat();
  Heartbeat(const Heartbeat&) = delete;
  Heartbeat& operator=(const Heartbeat&) = delete;

 private:
  void Run(std::shared_ptr<grpc::Channel> channel);
  // False once it is to end.
  bool Sleep();

  const std::chrono::milliseconds interval_;
  Mutex mutex_;
  Condition stopped_changed_;
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace perfecthash
