#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/base/sha256.h"
#include "perfecthash/v1/artifact.pb.h"

namespace perfecthash {

// Turns the parts of a download into files: checks each against its SHA-256 and
// writes it atomically. Names come from the server and are not trusted: a file
// never leaves its item's directory. Used by one thread.
class ArtifactWriter {
 public:
  // The directory of an item's files; it is made when needed.
  using DirectoryOf = std::function<absl::StatusOr<std::string>(int item)>;

  explicit ArtifactWriter(DirectoryOf directory_of)
      : directory_of_(std::move(directory_of)) {}

  // Fails when a file cannot be written, does not match its digest, or the
  // parts make no sense.
  absl::Status Take(const v1::DownloadPart& part);

  // The stream ended: fails when a file was under way.
  absl::Status Finish() const;

  // The item that the last file belongs to, whose further files may be missing;
  // -1 before the first.
  int item_index() const { return item_index_; }
  std::int64_t item_count() const { return item_count_; }
  std::int64_t file_count() const { return file_count_; }
  std::int64_t byte_count() const { return byte_count_; }

  // The stream broke: the files of item_index() will come again.
  void ForgetItem();

 private:
  struct OpenFile {
    v1::Artifact artifact;
    std::vector<std::uint8_t> bytes;
  };

  absl::Status Begin(const v1::Artifact& artifact);
  absl::Status Append(const std::string& chunk);
  absl::Status End();
  absl::Status Write(const v1::Artifact& artifact,
                     absl::Span<const std::uint8_t> bytes);
  absl::Status EnterItem(int item);

  const DirectoryOf directory_of_;
  std::optional<OpenFile> file_;
  int item_index_ = -1;
  std::string directory_;
  std::int64_t item_count_ = 0;
  std::int64_t file_count_ = 0;
  std::int64_t byte_count_ = 0;
  // Of the current item.
  std::int64_t item_files_ = 0;
  std::int64_t item_bytes_ = 0;
};

// The item's index in "jobs/{job}/items/{index}/artifacts/{filename}".
absl::StatusOr<int> ItemIndexOf(const std::string& artifact_name);

// OK for a relative path that stays inside its directory.
absl::Status CheckRelativePath(const std::string& path);

}  // namespace perfecthash
