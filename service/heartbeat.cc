#include "service/heartbeat.h"

#include <utility>

#include "engine/numa/thread.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "grpcpp/client_context.h"

namespace perfecthash {

Heartbeat::Heartbeat(std::shared_ptr<grpc::Channel> channel,
                     std::chrono::milliseconds interval)
    : interval_(interval),
      thread_([this, kept = std::move(channel)] { Run(kept); }) {}

Heartbeat::~Heartbeat() {
  {
    MutexLock lock(mutex_);
    stopped_ = true;
  }
  stopped_changed_.NotifyAll();
  thread_.join();
}

bool Heartbeat::Sleep() {
  const auto end = std::chrono::steady_clock::now() + interval_;
  MutexLock lock(mutex_);
  while (!stopped_) {
    if (!stopped_changed_.WaitUntil(mutex_, end)) break;
  }
  return !stopped_;
}

void Heartbeat::Run(std::shared_ptr<grpc::Channel> channel) {
  NameThread("heartbeat");
  const auto stub = grpc::health::v1::Health::NewStub(channel);
  while (Sleep()) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() +
                         std::chrono::seconds(1));
    grpc::health::v1::HealthCheckResponse response;
    // Whatever the answer is, it was made by the threads in question.
    stub->Check(&context, grpc::health::v1::HealthCheckRequest(), &response);
  }
}

}  // namespace perfecthash
