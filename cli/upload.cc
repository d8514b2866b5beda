#include "cli/upload.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "cli/backoff.h"
#include "cli/exit_code.h"
#include "cli/rpc.h"
#include "cli/upload_packer.h"
#include "engine/base/file_bytes.h"
#include "engine/base/status_macros.h"
#include "engine/base/utf8.h"

namespace perfecthash {
namespace {

std::string ToString(const Sha256Digest& digest) {
  return std::string(digest.begin(), digest.end());
}

class Uploader {
 public:
  Uploader(Session& session, const v1::Limits& limits, KeyFileList& list,
           cli::UploadReport& report)
      : session_(session), limits_(limits), list_(list), report_(report) {}

  absl::Status Run();

 private:
  using Digests = std::set<std::string>;

  absl::StatusOr<Digests> FindMissing();
  // Counts what a broken stream brought over, as only a whole one is answered
  // with counts. False when that was nothing.
  bool CountArrived(const Digests& before, const Digests& missing);
  // One stream with all of `missing`. The gRPC status is the stream's.
  absl::StatusOr<grpc::Status> Send(const Digests& missing);
  bool SendFile(const KeyFile& file, UploadPacker& packer);
  void TakeFailures(const v1::UploadKeySetsResponse& response);
  void DropFailedFiles();

  Session& session_;
  const v1::Limits& limits_;
  KeyFileList& list_;
  cli::UploadReport& report_;
  std::map<std::string, std::string> failed_;  // digest -> reason
};

absl::Status Uploader::Run() {
  Backoff backoff(session_, std::chrono::seconds(30));
  std::optional<std::size_t> missing_first;
  Digests missing_before;
  while (true) {
    ASSIGN_OR_RETURN(const Digests missing, FindMissing());
    if (!missing_first.has_value()) missing_first = missing.size();
    if (CountArrived(missing_before, missing)) backoff.Reset();
    if (missing.empty()) break;
    missing_before = missing;
    ASSIGN_OR_RETURN(const grpc::Status status, Send(missing));
    if (status.ok()) break;
    const absl::Status failure = RpcFailure(session_, status);
    if (status.error_code() != grpc::UNAVAILABLE || !backoff.Wait()) {
      return failure;
    }
    session_.console().Note("the upload broke; going on with what is missing");
  }
  Digests distinct;
  for (const KeyFile& file : list_.files) {
    distinct.insert(ToString(file.digest));
  }
  report_.set_files_present(
      static_cast<std::int64_t>(distinct.size() - *missing_first));
  DropFailedFiles();
  return absl::OkStatus();
}

absl::StatusOr<Uploader::Digests> Uploader::FindMissing() {
  const std::size_t batch = limits_.max_digests_per_call() > 0
                                ? limits_.max_digests_per_call()
                                : 10'000;
  Digests missing;
  for (std::size_t first = 0; first < list_.files.size(); first += batch) {
    v1::FindMissingKeySetsRequest request;
    const std::size_t end = std::min(first + batch, list_.files.size());
    for (std::size_t i = first; i < end; ++i) {
      request.add_sha256(ToString(list_.files[i].digest));
    }
    ASSIGN_OR_RETURN(
        const v1::FindMissingKeySetsResponse response,
        Call(session_, session_.connection().key_sets(),
             &v1::KeySetService::StubInterface::FindMissingKeySets, request));
    missing.insert(response.missing_sha256().begin(),
                   response.missing_sha256().end());
  }
  return missing;
}

bool Uploader::CountArrived(const Digests& before, const Digests& missing) {
  Digests arrived;
  std::set_difference(before.begin(), before.end(), missing.begin(),
                      missing.end(), std::inserter(arrived, arrived.end()));
  if (arrived.empty()) return false;
  for (const KeyFile& file : list_.files) {
    if (arrived.erase(ToString(file.digest)) == 0) continue;
    report_.set_files(report_.files() + 1);
    report_.set_bytes(report_.bytes() + file.size_bytes);
  }
  return true;
}

absl::StatusOr<grpc::Status> Uploader::Send(const Digests& missing) {
  CallContext context(session_);
  v1::UploadKeySetsResponse response;
  const auto stream =
      session_.connection().key_sets().UploadKeySets(context.get(), &response);
  UploadPacker packer([&stream](const v1::UploadKeySetsRequest& request) {
    return stream->Write(request);
  });
  Digests unsent = missing;
  ProgressCounts counts;
  counts.total = static_cast<std::int64_t>(missing.size());
  for (const KeyFile& file : list_.files) {
    if (session_.interrupted()) break;
    if (unsent.erase(ToString(file.digest)) == 0) continue;  // had, or twin
    if (!SendFile(file, packer)) break;
    ++counts.done;
    counts.bytes += file.size_bytes;
    session_.progress().Update(counts);
  }
  if (packer.Flush()) stream->WritesDone();
  const grpc::Status status = stream->Finish();
  if (session_.interrupted()) {
    return Failure(ExitCode::kInterrupted, "interrupted; nothing was created");
  }
  if (!status.ok()) return status;
  report_.set_files(report_.files() + response.stored_count());
  report_.set_bytes(report_.bytes() + response.received_bytes());
  TakeFailures(response);
  return status;
}

// False when the stream is broken.
bool Uploader::SendFile(const KeyFile& file, UploadPacker& packer) {
  if (file.content.has_value()) return packer.Add(file.digest, *file.content);
  const auto bytes =
      ReadFileBytes(file.path, static_cast<std::uint64_t>(file.size_bytes));
  if (!bytes.ok()) {
    failed_[ToString(file.digest)] = MessageOf(bytes.status());
    return true;
  }
  if (Sha256(*bytes) != file.digest) {
    failed_[ToString(file.digest)] = "the file changed while it was being sent";
    return true;
  }
  return packer.Add(file.digest, *bytes);
}

void Uploader::TakeFailures(const v1::UploadKeySetsResponse& response) {
  for (const v1::UploadFailure& failure : response.failures()) {
    failed_[failure.sha256()] =
        "the server refused it: " + DescribeError(failure.error());
  }
}

void Uploader::DropFailedFiles() {
  std::erase_if(list_.files, [this](const KeyFile& file) {
    const auto failure = failed_.find(ToString(file.digest));
    if (failure == failed_.end()) return false;
    session_.console().Note("left out: " + file.path + ": " + failure->second);
    cli::LocalFailure& left_out = list_.failures.emplace_back();
    left_out.set_path(Utf8OrEscaped(file.path));
    left_out.set_reason(failure->second);
    return true;
  });
}

}  // namespace

absl::Status UploadKeyFiles(Session& session, const v1::Limits& limits,
                            KeyFileList& list, cli::UploadReport& report) {
  return Uploader(session, limits, list, report).Run();
}

}  // namespace perfecthash
