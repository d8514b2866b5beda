#pragma once

#include <grpcpp/grpcpp.h>
#include <grpcpp/impl/service_type.h>

#include <chrono>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/base/mutex.h"
#include "engine/base/sha256.h"
#include "tests/cli/fake_server.h"

namespace perfecthash {

inline std::string DigestOf(const std::string& bytes) {
  const Sha256Digest digest = Sha256(
      {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
  return std::string(digest.begin(), digest.end());
}

struct FakeItem {
  std::string item_id;
  std::string keys;
  int key_size = 4;
};

struct FakeJob {
  v1::Job job;
  std::vector<v1::JobItem> items;
  std::vector<FakeItem> sources;
  std::string request_id;
};

// What the fake's services share. Members are used under `mutex`.
class FakeServer::State {
 public:
  grpc::Status FaultStatus(const Fault& fault);
  // Counts a call, and takes its fault if one is queued.
  std::optional<Fault> Enter(const std::string& method);
  FakeJob& AddJob(v1::Job::Kind kind, std::vector<FakeItem> sources,
                  const std::string& request_id)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);
  void Finish(FakeJob& job, v1::Job::State forced)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);
  FakeJob* Find(const std::string& name) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);

  Mutex mutex;
  Condition changed;
  bool is_held = false;
  bool never_waits = false;
  bool never_cancels = false;
  std::size_t table_bytes = 0;
  v1::Limits limits;
  std::map<std::string, std::deque<Fault>> faults;
  std::map<std::string, int> calls;
  std::map<std::string, std::string> key_sets;
  std::deque<FakeJob> jobs;
  std::set<std::string> damaged;
  std::set<std::string> lost;
  std::size_t upload_message_bytes_max = 0;
  v1::CreateTableJobRequest table_request;
  v1::CreateBulkJobRequest bulk_request;
  v1::WatchOptions watch_options;
  std::vector<std::int64_t> watched_revisions;
  std::vector<int> first_item_indices;
  std::string cancel_reason;
  v1::UpdateJobRequest update_request;
  bool is_drained = false;

  std::vector<std::unique_ptr<grpc::Service>> services;
  std::unique_ptr<grpc::Server> server;
  std::string address;
};

std::unique_ptr<grpc::Service> MakeFakeJobs(FakeServer::State& state);
std::unique_ptr<grpc::Service> MakeFakeKeySets(FakeServer::State& state);
std::unique_ptr<grpc::Service> MakeFakeArtifacts(FakeServer::State& state);
std::unique_ptr<grpc::Service> MakeFakeServerService(FakeServer::State& state);
std::unique_ptr<grpc::Service> MakeFakeHealth(FakeServer::State& state);

}  // namespace perfecthash
