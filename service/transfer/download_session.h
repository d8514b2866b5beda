#pragma once

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/base/sha256.h"
#include "engine/job/job_observer.h"
#include "perfecthash/v1/artifact.pb.h"
#include "service/job/job_record.h"
#include "service/job/job_store.h"

namespace perfecthash {

// Some of a job's items, or one file of one item.
struct ArtifactSelection {
  std::shared_ptr<JobRecord> job;
  int first_item = 0;
  int end_item = 0;
  std::string filename;  // empty: all files
};

// "jobs/{job}" or "jobs/{job}/items/{index}". FailedPrecondition
// ARTIFACTS_NOT_KEPT when the job's files are not the server's to hand out.
absl::StatusOr<ArtifactSelection> SelectArtifacts(const JobStore& jobs,
                                                  const std::string& parent);

// The messages of one download: reads the files, packs small ones together,
// cuts large ones, and checks each against the digest it was written with.
// Used by one thread at a time.
class DownloadSession {
 public:
  static constexpr std::size_t kMessageBytesMax = std::size_t{1} << 20;
  // A file up to this size goes into one part.
  static constexpr std::size_t kWholeBytesMax = std::size_t{256} << 10;

  static absl::StatusOr<std::unique_ptr<DownloadSession>> Create(
      const JobStore& jobs, const v1::DownloadArtifactsRequest& request);

  // Fills the (empty) message; leaves it empty when all has been sent.
  // DataLoss ARTIFACT_DAMAGED, NotFound ARTIFACT_GONE.
  absl::Status Next(v1::DownloadArtifactsResponse* message);

 private:
  DownloadSession() = default;

  // Moves on to the next file of the selections; false at the end.
  bool Advance();
  absl::Status AddFile(v1::DownloadArtifactsResponse* message);
  absl::Status AddWhole(v1::DownloadArtifactsResponse* message);
  absl::Status AddChunk(std::size_t bytes_max,
                        v1::DownloadArtifactsResponse* message);
  absl::Status FinishFile(v1::DownloadArtifactsResponse* message);
  absl::Status OpenFile();
  absl::Status ReadInto(std::string* bytes);
  absl::Status CheckDigest(const Sha256Digest& digest) const;
  absl::Status Gone() const;

  std::vector<ArtifactSelection> selections_;
  std::size_t selection_ = 0;
  int item_ = -1;  // -1: the selection is yet to begin
  std::size_t next_file_ = 0;

  const WrittenFile* file_ = nullptr;  // the one at hand
  std::string path_;
  std::ifstream stream_;
  std::unique_ptr<Sha256Stream> sha256_;  // of a file that is sent in chunks
  std::uint64_t left_bytes_ = 0;
  std::size_t message_bytes_ = 0;
};

}  // namespace perfecthash
