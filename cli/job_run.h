#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "cli/download.h"
#include "cli/exit_code.h"
#include "cli/key_files.h"
#include "cli/report.pb.h"
#include "cli/report_file.h"
#include "cli/session.h"
#include "perfecthash/v1/server.pb.h"

namespace perfecthash {

// How large a key file may be; 1 GiB for a server that tells no limit.
std::int64_t KeyFileBytesMax(const v1::Limits& limits);

// The steps that `create` and `bulk` share, and the report that they fill. Used
// by one thread. `session` outlives it.
class JobRun {
 public:
  explicit JobRun(Session& session);

  cli::JobReport& report() { return report_; }

  // Makes ready for a report of the job's tables (--report), unless the path is
  // empty. Usage: the path says no format. Called first.
  absl::Status PrepareReport(const std::string& path);

  // Connects and asks for the server's limits.
  absl::StatusOr<v1::Limits> Connect();

  // Reads and digests the files, then uploads what the server lacks. Files
  // that cannot be sent leave the list for the report.
  absl::Status ReadAndUpload(const v1::Limits& limits, int key_size_bytes,
                             KeyFileList& list);

  // Takes the finished job into the report, fetches its failures, the report of
  // its tables if one was prepared and, unless `place.directory` is empty, its
  // files; prints the report. Returns how all of it went.
  absl::StatusOr<ExitCode> Conclude(const v1::Job& job,
                                    const OutputPlace& place);

 private:
  absl::Status ListFailures();
  absl::Status WriteReport();

  Session& session_;
  const std::chrono::steady_clock::time_point begin_;
  cli::JobReport report_;
  std::unique_ptr<ReportFile> tables_;  // null if none is asked for
};

// For a job that is not followed to its end. Usage: its report (--report) or
// its files (-O) are asked for all the same.
absl::Status CheckNeedsNoEnd(const std::string& report,
                             const std::string& output);

// Prints a job that is not followed: its name alone, or as -o says.
void PrintDetached(Session& session, const v1::Job& job);

}  // namespace perfecthash
