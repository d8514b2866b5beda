#include "cli/report_file.h"

#include <fmt/format.h>

#include <cerrno>
#include <random>
#include <utility>

#include "cli/exit_code.h"
#include "cli/file_target.h"
#include "engine/base/os_error.h"
#include "engine/base/status_macros.h"

namespace perfecthash {

absl::StatusOr<ReportFormat> ReportFormatOf(const std::string& path) {
  if (path.ends_with(".csv")) return ReportFormat::kCsv;
  if (path.ends_with(".json")) return ReportFormat::kJson;
  return Failure(ExitCode::kUsage,
                 fmt::format("--report {}: its name must end in .csv or .json, "
                             "which says what is written",
                             path));
}

absl::StatusOr<std::unique_ptr<ReportFile>> ReportFile::Create(
    std::string path) {
  ASSIGN_OR_RETURN(const ReportFormat format, ReportFormatOf(path));
  auto report =
      std::unique_ptr<ReportFile>(new ReportFile(std::move(path), format));
  ASSIGN_OR_RETURN(report->target_, ResolveFileTarget(report->path_));
  std::random_device random;
  report->temporary_ = fmt::format("{}.{:08x}.tmp", report->target_, random());
  RETURN_IF_ERROR(report->Open());
  RETURN_IF_ERROR(report->Close());
  (void)std::remove(report->temporary_.c_str());
  return report;
}

absl::Status ReportFile::Open() {
  file_ = std::fopen(temporary_.c_str(), "wbx");
  return file_ != nullptr ? absl::OkStatus()
                          : OsErrorToStatus(errno, "create " + temporary_);
}

ReportFile::~ReportFile() {
  if (file_ == nullptr) return;
  (void)std::fclose(file_);
  (void)std::remove(temporary_.c_str());
}

void ReportFile::Write(std::string_view text) {
  if (file_ == nullptr && opened_.ok()) opened_ = Open();
  if (!opened_.ok() || os_error_ != 0) return;
  if (std::fwrite(text.data(), 1, text.size(), file_) != text.size()) {
    os_error_ = errno;
  }
}

absl::Status ReportFile::Close() {
  if (std::fclose(std::exchange(file_, nullptr)) != 0 && os_error_ == 0) {
    os_error_ = errno;
  }
  if (os_error_ == 0) return absl::OkStatus();
  return OsErrorToStatus(os_error_, "write " + temporary_);
}

absl::Status ReportFile::Commit() {
  if (file_ == nullptr) Write("");
  RETURN_IF_ERROR(opened_);
  absl::Status status = Close();
  if (status.ok() && std::rename(temporary_.c_str(), target_.c_str()) != 0) {
    status = OsErrorToStatus(errno, "rename " + temporary_ + " to " + target_);
  }
  if (!status.ok()) (void)std::remove(temporary_.c_str());
  return status;
}

}  // namespace perfecthash
