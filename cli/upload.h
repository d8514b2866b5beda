#pragma once

#include "absl/status/status.h"
#include "cli/key_files.h"
#include "cli/report.pb.h"
#include "cli/session.h"
#include "perfecthash/v1/server.pb.h"

namespace perfecthash {

// Sends the key files that the server lacks: asks in batches which those are,
// then sends them in one stream. A broken stream is taken up again with what is
// still missing. Files that the server refuses, or that changed since they were
// read, move to `list.failures`. Counts into `report`.
absl::Status UploadKeyFiles(Session& session, const v1::Limits& limits,
                            KeyFileList& list, cli::UploadReport& report);

}  // namespace perfecthash
