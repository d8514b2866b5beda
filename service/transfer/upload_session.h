#pragma once

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "perfecthash/v1/key_set.pb.h"
#include "service/files/key_set_store.h"

namespace perfecthash {

// The files of one upload stream, message by message. A file that fails is
// noted and the rest goes on; parts out of order end the stream.
// Used by one thread at a time; holds at most one unfinished file, on disk.
class UploadSession {
 public:
  // More failures than this end the stream: something is wrong with all of it.
  static constexpr int kFailureCountMax = 1'000;

  // The store outlives the session.
  explicit UploadSession(KeySetStore& store) : store_(store) {}

  // InvalidArgument UPLOAD_OUT_OF_ORDER, ResourceExhausted TOO_MANY_FAILURES.
  absl::Status Consume(const v1::UploadKeySetsRequest& request);
  // The stream has ended; fails when a file is incomplete.
  absl::Status Finish();

  const v1::UploadKeySetsResponse& response() const { return response_; }

 private:
  absl::Status ConsumePart(const v1::UploadPart& part);
  absl::Status PutWhole(const v1::UploadWhole& whole);
  absl::Status BeginFile(const v1::UploadHeader& header);
  absl::Status AppendChunk(const std::string& chunk);
  absl::Status FinishFile();
  void Count(KeySetStore::Outcome outcome);
  absl::Status Fail(const std::string& sha256, const absl::Status& error);

  KeySetStore& store_;
  v1::UploadKeySetsResponse response_;
  bool in_file_ = false;
  std::string sha256_;  // of the file that is in the works
  // Null although in_file_: it has failed, and its other parts are skipped.
  std::unique_ptr<KeySetStore::Writer> writer_;
};

}  // namespace perfecthash
