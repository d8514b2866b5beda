#pragma once

#include <chrono>
#include <string>

#include "absl/status/statusor.h"
#include "cli/download.h"
#include "cli/exit_code.h"
#include "cli/key_files.h"
#include "cli/report.pb.h"
#include "cli/session.h"
#include "perfecthash/v1/server.pb.h"

namespace perfecthash {

// The steps that `create` and `bulk` share, and the report that they fill. Used
// by one thread. `session` outlives it.
class JobRun {
 public:
  explicit JobRun(Session& session);

  cli::JobReport& report() { return report_; }

  // Connects and asks for the server's limits.
  absl::StatusOr<v1::Limits> Connect();

  // Reads and digests the files, then uploads what the server lacks. Files
  // that cannot be sent leave the list for the report.
  absl::Status ReadAndUpload(const v1::Limits& limits, int key_size_bytes,
                             KeyFileList& list);

  // Takes the finished job into the report, fetches its failures and, unless
  // `place.directory` is empty, its files; prints the report. Returns how all
  // of it went.
  absl::StatusOr<ExitCode> Conclude(const v1::Job& job,
                                    const OutputPlace& place);

 private:
  absl::Status ListFailures();

  Session& session_;
  const std::chrono::steady_clock::time_point begin_;
  cli::JobReport report_;
};

// Prints a job that is not followed: its name alone, or as -o says.
void PrintDetached(Session& session, const v1::Job& job);

// Makes the directory now: better to fail before the work than after it.
absl::Status MakeOutputDirectory(const std::string& directory);

}  // namespace perfecthash
