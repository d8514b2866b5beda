#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "cli/artifact_writer.h"
#include "cli/report.pb.h"
#include "cli/session.h"

namespace perfecthash {

// Where the files of a job go on this machine.
struct OutputPlace {
  std::string directory;
  ArtifactWriter::DirectoryOf directory_of;  // of each table, below it
};

struct DownloadRequest {
  std::string job;               // "jobs/{job}"
  std::int64_t table_count = 0;  // tables that succeeded, to come
  OutputPlace place;
};

// Fetches all generated files of a job in one stream. A broken stream goes on
// at the table where it broke. Fails when a file cannot be written or when
// tables are missing at the end.
absl::Status DownloadTables(Session& session, const DownloadRequest& request,
                            cli::DownloadReport& report);

}  // namespace perfecthash
