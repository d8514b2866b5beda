#include "tests/cli/fake_server.h"

#include <utility>

#include "engine/base/check.h"
#include "tests/cli/fake_state.h"

namespace perfecthash {

FakeServer::FakeServer(const std::string& address)
    : state_(std::make_unique<State>()) {
  v1::Limits& limits = state_->limits;
  limits.set_max_message_bytes(8 << 20);
  limits.set_max_inline_keys_bytes(1024);
  limits.set_max_key_set_bytes(64 << 20);
  limits.set_max_items_per_job(20'000);
  limits.set_max_digests_per_call(10'000);
  state_->services.push_back(MakeFakeJobs(*state_));
  state_->services.push_back(MakeFakeKeySets(*state_));
  state_->services.push_back(MakeFakeArtifacts(*state_));
  state_->services.push_back(MakeFakeServerService(*state_));
  state_->services.push_back(MakeFakeHealth(*state_));
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort(address, grpc::InsecureServerCredentials(), &port);
  builder.SetMaxReceiveMessageSize(8 << 20);
  for (const auto& service : state_->services) {
    builder.RegisterService(service.get());
  }
  state_->server = builder.BuildAndStart();
  CHECK(state_->server != nullptr);
  state_->address = address.starts_with("unix:")
                        ? address
                        : "127.0.0.1:" + std::to_string(port);
}

FakeServer::~FakeServer() {
  Release();
  state_->server->Shutdown(std::chrono::system_clock::now() +
                           std::chrono::seconds(1));
}

std::string FakeServer::address() const { return state_->address; }

void FakeServer::set_limits(const v1::Limits& limits) {
  MutexLock lock(state_->mutex);
  state_->limits = limits;
}

void FakeServer::FailNext(const std::string& method, const Fault& fault) {
  MutexLock lock(state_->mutex);
  state_->faults[method].push_back(fault);
}

void FakeServer::Hold() {
  MutexLock lock(state_->mutex);
  state_->is_held = true;
}

void FakeServer::Release() {
  MutexLock lock(state_->mutex);
  state_->is_held = false;
  for (FakeJob& job : state_->jobs) {
    if (job.job.state() == v1::Job::STATE_RUNNING) {
      state_->Finish(job, v1::Job::STATE_UNSPECIFIED);
    }
  }
}

void FakeServer::NeverCancel() {
  MutexLock lock(state_->mutex);
  state_->never_cancels = true;
}

void FakeServer::NeverWait() {
  MutexLock lock(state_->mutex);
  state_->never_waits = true;
}

void FakeServer::set_table_bytes(std::size_t bytes) {
  MutexLock lock(state_->mutex);
  state_->table_bytes = bytes;
}

void FakeServer::DamageFilesOf(const std::string& item_id) {
  MutexLock lock(state_->mutex);
  state_->damaged.insert(item_id);
}

void FakeServer::LoseFilesOf(const std::string& item_id) {
  MutexLock lock(state_->mutex);
  state_->lost.insert(item_id);
}

int FakeServer::call_count(const std::string& method) const {
  MutexLock lock(state_->mutex);
  return state_->calls[method];
}

std::size_t FakeServer::upload_message_bytes_max() const {
  MutexLock lock(state_->mutex);
  return state_->upload_message_bytes_max;
}

int FakeServer::key_set_count() const {
  MutexLock lock(state_->mutex);
  return static_cast<int>(state_->key_sets.size());
}

v1::CreateTableJobRequest FakeServer::last_table_request() const {
  MutexLock lock(state_->mutex);
  return state_->table_request;
}

v1::CreateBulkJobRequest FakeServer::last_bulk_request() const {
  MutexLock lock(state_->mutex);
  return state_->bulk_request;
}

v1::WatchOptions FakeServer::last_watch_options() const {
  MutexLock lock(state_->mutex);
  return state_->watch_options;
}

std::vector<std::int64_t> FakeServer::watched_revisions() const {
  MutexLock lock(state_->mutex);
  return state_->watched_revisions;
}

std::vector<int> FakeServer::first_item_indices() const {
  MutexLock lock(state_->mutex);
  return state_->first_item_indices;
}

v1::UpdateJobRequest FakeServer::last_update_request() const {
  MutexLock lock(state_->mutex);
  return state_->update_request;
}

std::string FakeServer::cancel_reason() const {
  MutexLock lock(state_->mutex);
  return state_->cancel_reason;
}

void FakeServer::AwaitCalls(const std::string& method, int count) {
  MutexLock lock(state_->mutex);
  while (state_->calls[method] < count) state_->changed.Wait(state_->mutex);
}

}  // namespace perfecthash
