#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "cli/exit_code.h"
#include "cli/follow.h"
#include "cli/key_files.h"
#include "cli/session.h"
#include "perfecthash/v1/job.pb.h"

namespace perfecthash {

struct BulkOptions {
  std::string directory;         // local; either this ...
  std::string server_directory;  // ... or this
  std::string server_output;
  std::string output;
  Descend descend = Descend::kNo;
  int key_size_bytes = 4;
  std::string report;  // a file; empty: none
  bool detach = false;
  v1::CreateBulkJobRequest request;
  FollowOptions follow;
};

absl::StatusOr<ExitCode> RunBulk(const BulkOptions& options, Session& session);

}  // namespace perfecthash
