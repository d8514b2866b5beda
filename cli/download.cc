#include "cli/download.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/backoff.h"
#include "cli/byte_size.h"
#include "cli/exit_code.h"
#include "cli/rpc.h"
#include "engine/base/status_macros.h"
#include "engine/base/utf8.h"

namespace perfecthash {
namespace {

class Downloader {
 public:
  Downloader(Session& session, const DownloadRequest& request)
      : session_(session),
        request_(request),
        writer_(request.place.directory_of) {}

  absl::Status Run();
  const ArtifactWriter& writer() const { return writer_; }

 private:
  // One stream, from `first_item` on. The gRPC status is the stream's.
  absl::StatusOr<grpc::Status> ReadStream();
  void ShowProgress();
  absl::Status WithHint(const absl::Status& failure) const;

  Session& session_;
  const DownloadRequest& request_;
  ArtifactWriter writer_;
  int first_item_ = 0;
};

absl::Status Downloader::Run() {
  Backoff backoff(session_, std::chrono::seconds(60));
  while (true) {
    const absl::StatusOr<grpc::Status> status = ReadStream();
    if (!status.ok()) return WithHint(status.status());
    if (status->ok()) break;
    if (status->error_code() != grpc::UNAVAILABLE) {
      return WithHint(RpcFailure(session_, *status));
    }
    if (writer_.item_index() > first_item_) {
      first_item_ = writer_.item_index();
      backoff.Reset();
    }
    writer_.ForgetItem();
    session_.console().Note(
        fmt::format("the download broke ({}); going on at table {}",
                    status->error_message(), first_item_));
    if (!backoff.Wait()) return WithHint(RpcFailure(session_, *status));
  }
  if (writer_.item_count() != request_.table_count) {
    return WithHint(Failure(
        ExitCode::kFailed,
        fmt::format("the server sent the files of {} tables, not of all {}",
                    FormatCount(writer_.item_count()),
                    FormatCount(request_.table_count))));
  }
  return absl::OkStatus();
}

absl::StatusOr<grpc::Status> Downloader::ReadStream() {
  CallContext context(session_);
  v1::DownloadArtifactsRequest request;
  request.set_parent(request_.job);
  request.set_first_item_index(first_item_);
  const auto stream = session_.connection().artifacts().DownloadArtifacts(
      context.get(), request);
  ShowProgress();
  v1::DownloadArtifactsResponse response;
  absl::Status failure;
  while (failure.ok() && stream->Read(&response)) {
    for (const v1::DownloadPart& part : response.parts()) {
      failure = writer_.Take(part);
      if (!failure.ok()) break;
    }
    ShowProgress();
  }
  if (!failure.ok()) context->TryCancel();
  const grpc::Status status = stream->Finish();
  RETURN_IF_ERROR(failure);
  if (status.ok()) RETURN_IF_ERROR(writer_.Finish());
  return status;
}

void Downloader::ShowProgress() {
  ProgressCounts counts;
  counts.done = writer_.item_count();
  counts.total = request_.table_count;
  counts.bytes = writer_.byte_count();
  session_.progress().Update(counts);
}

absl::Status Downloader::WithHint(const absl::Status& failure) const {
  return Failure(
      ExitCodeOf(failure),
      fmt::format("{}\n  fetch the tables again with `perfecthash job download "
                  "{} -O {}`",
                  MessageOf(failure), request_.job, request_.place.directory));
}

}  // namespace

absl::Status DownloadTables(Session& session, const DownloadRequest& request,
                            cli::DownloadReport& report) {
  report.set_directory(Utf8OrEscaped(request.place.directory));
  Downloader downloader(session, request);
  const absl::Status status = downloader.Run();
  report.set_tables(downloader.writer().item_count());
  report.set_files(downloader.writer().file_count());
  report.set_bytes(downloader.writer().byte_count());
  return status;
}

}  // namespace perfecthash
