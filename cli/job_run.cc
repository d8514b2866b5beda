#include "cli/job_run.h"

#include <utility>

#include "cli/duration.h"
#include "cli/exit_code.h"
#include "cli/follow.h"
#include "cli/paging.h"
#include "cli/render_job.h"
#include "cli/rpc.h"
#include "cli/tables_report.h"
#include "cli/upload.h"
#include "engine/base/status_macros.h"

namespace perfecthash {
std::int64_t KeyFileBytesMax(const v1::Limits& limits) {
  constexpr std::int64_t kFallback = std::int64_t{1} << 30;
  return limits.max_key_set_bytes() > 0 ? limits.max_key_set_bytes()
                                        : kFallback;
}

JobRun::JobRun(Session& session)
    : session_(session), begin_(std::chrono::steady_clock::now()) {}

absl::Status JobRun::PrepareReport(const std::string& path) {
  if (path.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(tables_, ReportFile::Create(path));
  return absl::OkStatus();
}

absl::Status JobRun::WriteReport() {
  if (tables_ == nullptr) return absl::OkStatus();
  RETURN_IF_ERROR(WriteTablesReport(session_, report_.job(), *tables_));
  report_.set_report_path(tables_->path());
  return absl::OkStatus();
}

absl::StatusOr<v1::Limits> JobRun::Connect() {
  RETURN_IF_ERROR(session_.Connect());
  ASSIGN_OR_RETURN(const v1::ServerInfo server,
                   Call(session_, session_.connection().server(),
                        &v1::ServerService::StubInterface::GetServerInfo,
                        v1::GetServerInfoRequest()));
  return server.limits();
}

absl::Status JobRun::ReadAndUpload(const v1::Limits& limits, int key_size_bytes,
                                   KeyFileList& list) {
  const KeyFileLimits file_limits = {.key_size_bytes = key_size_bytes,
                                     .size_bytes_max = KeyFileBytesMax(limits)};
  session_.progress().Begin("read", "files");
  absl::Status status = DigestKeyFiles(session_, file_limits, list);
  *report_.mutable_upload()->mutable_read_duration() =
      ToProto(session_.progress().End());
  if (status.ok() && !list.files.empty()) {
    session_.progress().Begin("upload", "files");
    status = UploadKeyFiles(session_, limits, list, *report_.mutable_upload());
    *report_.mutable_upload()->mutable_upload_duration() =
        ToProto(session_.progress().End());
  }
  report_.mutable_local_failures()->Assign(list.failures.begin(),
                                           list.failures.end());
  return status;
}

absl::Status JobRun::ListFailures() {
  if (report_.job().progress().items_failed() == 0) return absl::OkStatus();
  v1::ListJobItemsRequest request;
  request.set_parent(report_.job().name());
  request.set_filter("state=STATE_FAILED");
  ASSIGN_OR_RETURN(const v1::ListJobItemsResponse items,
                   ListItems(session_, request, 0));
  *report_.mutable_failures() = items.job_items();
  return absl::OkStatus();
}

absl::StatusOr<ExitCode> JobRun::Conclude(const v1::Job& job,
                                          const OutputPlace& place) {
  *report_.mutable_job() = job;
  absl::Status status = ListFailures();
  status.Update(WriteReport());
  const DownloadRequest download = {
      .job = job.name(),
      .table_count = job.progress().items_succeeded(),
      .place = place};
  if (status.ok() && !place.directory.empty() && download.table_count > 0) {
    session_.progress().Begin("download", "tables");
    status = DownloadTables(session_, download, *report_.mutable_download());
    *report_.mutable_download()->mutable_download_duration() =
        ToProto(session_.progress().End());
  }
  *report_.mutable_wall_duration() =
      ToProto(std::chrono::steady_clock::now() - begin_);
  session_.output().Print(report_, job.name(), [this] {
    return RenderReport(report_, session_.color());
  });
  RETURN_IF_ERROR(status);
  const ExitCode code = ExitCodeOf(job.state());
  const bool is_whole = report_.local_failures().empty();
  return code == ExitCode::kOk && !is_whole ? ExitCode::kFailed : code;
}

absl::Status CheckNeedsNoEnd(const std::string& report,
                             const std::string& output) {
  if (!report.empty()) {
    return Failure(ExitCode::kUsage,
                   "--report needs the job's end; without --detach and "
                   "--validate-only, or later by `perfecthash job report`");
  }
  if (!output.empty()) {
    return Failure(ExitCode::kUsage,
                   "-O needs the job's end; without --detach and "
                   "--validate-only, or later by `perfecthash job download`");
  }
  return absl::OkStatus();
}

void PrintDetached(Session& session, const v1::Job& job) {
  session.output().Print(job, job.name(), [&] {
    return job.name().empty() ? RenderJob(job, session.color())
                              : job.name() + "\n";
  });
}

}  // namespace perfecthash
