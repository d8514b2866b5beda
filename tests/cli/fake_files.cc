#include <algorithm>
#include <filesystem>
#include <utility>

#include "grpc/health/v1/health.grpc.pb.h"
#include "perfecthash/v1/artifact.grpc.pb.h"
#include "perfecthash/v1/key_set.grpc.pb.h"
#include "perfecthash/v1/server.grpc.pb.h"
#include "tests/cli/fake_state.h"

namespace perfecthash {
namespace {

class FakeKeySets final : public v1::KeySetService::Service {
 public:
  explicit FakeKeySets(FakeServer::State& state) : state_(state) {}

  grpc::Status FindMissingKeySets(
      grpc::ServerContext* context,
      const v1::FindMissingKeySetsRequest* request,
      v1::FindMissingKeySetsResponse* response) override {
    if (auto fault = state_.Enter("FindMissingKeySets")) {
      return state_.FaultStatus(*fault);
    }
    MutexLock lock(state_.mutex);
    const int most = state_.limits.max_digests_per_call();
    if (most > 0 && request->sha256_size() > most) {
      return grpc::Status(grpc::INVALID_ARGUMENT, "too many digests");
    }
    for (const std::string& digest : request->sha256()) {
      if (!state_.key_sets.contains(digest)) {
        response->add_missing_sha256(digest);
      }
    }
    return grpc::Status::OK;
  }

  grpc::Status UploadKeySets(
      grpc::ServerContext* context,
      grpc::ServerReader<v1::UploadKeySetsRequest>* reader,
      v1::UploadKeySetsResponse* response) override {
    const auto fault = state_.Enter("UploadKeySets");
    v1::UploadKeySetsRequest request;
    for (int count = 0; reader->Read(&request); ++count) {
      if (fault.has_value() && count == fault->after_messages) {
        return state_.FaultStatus(*fault);
      }
      MutexLock lock(state_.mutex);
      state_.upload_message_bytes_max =
          std::max(state_.upload_message_bytes_max, request.ByteSizeLong());
      for (const v1::UploadPart& part : request.parts()) Take(part, *response);
    }
    return fault.has_value() ? state_.FaultStatus(*fault) : grpc::Status::OK;
  }

 private:
  void Take(const v1::UploadPart& part, v1::UploadKeySetsResponse& response)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(state_.mutex) {
    if (part.has_whole()) {
      Store(part.whole().sha256(), part.whole().content(), response);
    } else if (part.has_header()) {
      digest_ = part.header().sha256();
      content_.clear();
    } else if (part.part_case() == v1::UploadPart::kChunk) {
      content_ += part.chunk();
    } else {
      Store(digest_, content_, response);
    }
  }

  void Store(const std::string& digest, const std::string& content,
             v1::UploadKeySetsResponse& response)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(state_.mutex) {
    response.set_received_bytes(response.received_bytes() +
                                static_cast<std::int64_t>(content.size()));
    if (DigestOf(content) == digest && content != "refuse!!") {
      state_.key_sets[digest] = content;
      response.set_stored_count(response.stored_count() + 1);
      return;
    }
    v1::UploadFailure& failure = *response.add_failures();
    failure.set_sha256(digest);
    failure.mutable_error()->set_code(grpc::INVALID_ARGUMENT);
    failure.mutable_error()->set_message("the fake refuses it");
  }

  FakeServer::State& state_;
  std::string digest_;
  std::string content_;
};

class FakeArtifacts final : public v1::ArtifactService::Service {
 public:
  explicit FakeArtifacts(FakeServer::State& state) : state_(state) {}

  grpc::Status DownloadArtifacts(
      grpc::ServerContext* context, const v1::DownloadArtifactsRequest* request,
      grpc::ServerWriter<v1::DownloadArtifactsResponse>* writer) override {
    const auto fault = state_.Enter("DownloadArtifacts");
    std::vector<v1::DownloadArtifactsResponse> responses;
    {
      MutexLock lock(state_.mutex);
      state_.first_item_indices.push_back(request->first_item_index());
      FakeJob* job = state_.Find(request->parent());
      if (job == nullptr) return grpc::Status(grpc::NOT_FOUND, "no such job");
      const auto count = static_cast<int>(job->items.size());
      for (int i = request->first_item_index(); i < count; ++i) {
        AddFilesOf(*job, i, responses);
      }
    }
    int sent = 0;
    for (const v1::DownloadArtifactsResponse& response : responses) {
      if (fault.has_value() && sent++ == fault->after_messages) {
        return state_.FaultStatus(*fault);
      }
      writer->Write(response);
    }
    return grpc::Status::OK;
  }

 private:
  // Each part is a message of its own: faults may hit anywhere.
  void AddFilesOf(const FakeJob& job, int index,
                  std::vector<v1::DownloadArtifactsResponse>& responses)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(state_.mutex) {
    const v1::JobItem& item = job.items[static_cast<std::size_t>(index)];
    if (item.state() != v1::JobItem::STATE_SUCCEEDED) return;
    if (state_.lost.contains(item.item_id())) return;
    const std::string stem =
        std::filesystem::path(item.item_id()).filename().string();
    const std::string prefix = item.name() + "/artifacts/";
    const std::string header = "// " + item.item_id() + "\n";
    v1::DownloadWhole& whole =
        *responses.emplace_back().add_parts()->mutable_whole();
    *whole.mutable_artifact() = Describe(item, stem + ".h", header);
    whole.set_content(header);
    std::string table = job.sources[static_cast<std::size_t>(index)].keys;
    if (state_.table_bytes > 0) table.resize(state_.table_bytes, 'x');
    *responses.emplace_back().add_parts()->mutable_header() =
        Describe(item, stem + ".table", table);
    constexpr std::size_t kChunk = 256 << 10;
    for (std::size_t place = 0; place < table.size(); place += kChunk) {
      responses.emplace_back().add_parts()->set_chunk(
          table.substr(place, kChunk));
    }
    responses.emplace_back().add_parts()->set_finish(true);
  }

  v1::Artifact Describe(const v1::JobItem& item, const std::string& filename,
                        const std::string& content)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(state_.mutex) {
    v1::Artifact artifact;
    artifact.set_name(item.name() + "/artifacts/" + filename);
    artifact.set_filename(filename);
    artifact.set_size_bytes(static_cast<std::int64_t>(content.size()));
    const bool is_damaged = state_.damaged.contains(item.item_id());
    artifact.set_sha256(DigestOf(is_damaged ? content + "?" : content));
    return artifact;
  }

  FakeServer::State& state_;
};

class FakeServerService final : public v1::ServerService::Service {
 public:
  explicit FakeServerService(FakeServer::State& state) : state_(state) {}

  grpc::Status GetServerInfo(grpc::ServerContext* context,
                             const v1::GetServerInfoRequest* request,
                             v1::ServerInfo* response) override {
    if (auto fault = state_.Enter("GetServerInfo")) {
      return state_.FaultStatus(*fault);
    }
    MutexLock lock(state_.mutex);
    response->set_version("1.2.3");
    response->set_io_backend("threads");
    response->set_io_backend_reason("it is a fake");
    v1::HashFunction& function = *response->add_hash_functions();
    function.set_name("Mulshrolate4RX");
    function.set_seed_count(4);
    *response->mutable_limits() = state_.limits;
    return grpc::Status::OK;
  }

  grpc::Status ListNodes(grpc::ServerContext* context,
                         const v1::ListNodesRequest* request,
                         v1::ListNodesResponse* response) override {
    MutexLock lock(state_.mutex);
    FillNode(*response->add_nodes());
    return grpc::Status::OK;
  }

  grpc::Status DrainNode(grpc::ServerContext* context,
                         const v1::DrainNodeRequest* request,
                         v1::Node* response) override {
    if (request->node_id() != 0) {
      return grpc::Status(grpc::INVALID_ARGUMENT, "no such node");
    }
    MutexLock lock(state_.mutex);
    state_.is_drained = true;
    FillNode(*response);
    return grpc::Status::OK;
  }

  grpc::Status ResumeNode(grpc::ServerContext* context,
                          const v1::ResumeNodeRequest* request,
                          v1::Node* response) override {
    MutexLock lock(state_.mutex);
    state_.is_drained = false;
    FillNode(*response);
    return grpc::Status::OK;
  }

  grpc::Status GetEngineStats(grpc::ServerContext* context,
                              const v1::GetEngineStatsRequest* request,
                              v1::EngineStats* response) override {
    response->set_work_outstanding(0);
    response->add_nodes()->add_buffer_classes()->set_payload_bytes(4096);
    return grpc::Status::OK;
  }

  grpc::Status ListWork(grpc::ServerContext* context,
                        const v1::ListWorkRequest* request,
                        v1::ListWorkResponse* response) override {
    v1::Work& work = *response->add_work();
    work.set_item("jobs/fake1/items/0");
    work.set_item_id("hard");
    work.set_stage("solve");
    response->set_total(1);
    return grpc::Status::OK;
  }

 private:
  void FillNode(v1::Node& node) ABSL_EXCLUSIVE_LOCKS_REQUIRED(state_.mutex) {
    node.set_threads(2);
    node.add_cpus(0);
    node.add_cpus(1);
    node.set_schedulable(!state_.is_drained);
  }

  FakeServer::State& state_;
};

class FakeHealth final : public grpc::health::v1::Health::Service {
 public:
  explicit FakeHealth(FakeServer::State& state) : state_(state) {}

  grpc::Status Check(grpc::ServerContext* context,
                     const grpc::health::v1::HealthCheckRequest* request,
                     grpc::health::v1::HealthCheckResponse* response) override {
    if (auto fault = state_.Enter("Check")) return state_.FaultStatus(*fault);
    response->set_status(
        request->service() == "draining"
            ? grpc::health::v1::HealthCheckResponse::NOT_SERVING
            : grpc::health::v1::HealthCheckResponse::SERVING);
    return grpc::Status::OK;
  }

 private:
  FakeServer::State& state_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeFakeKeySets(FakeServer::State& state) {
  return std::make_unique<FakeKeySets>(state);
}

std::unique_ptr<grpc::Service> MakeFakeArtifacts(FakeServer::State& state) {
  return std::make_unique<FakeArtifacts>(state);
}

std::unique_ptr<grpc::Service> MakeFakeServerService(FakeServer::State& state) {
  return std::make_unique<FakeServerService>(state);
}

std::unique_ptr<grpc::Service> MakeFakeHealth(FakeServer::State& state) {
  return std::make_unique<FakeHealth>(state);
}

}  // namespace perfecthash
