#include "cli/artifact_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "absl/strings/str_split.h"
#include "cli/file_target.h"
#include "cli/number.h"
#include "engine/base/file_bytes.h"
#include "engine/base/os_error.h"
#include "engine/base/status_macros.h"

namespace perfecthash {
namespace {

namespace fs = std::filesystem;

// A file is held in memory until it is checked.
constexpr std::int64_t kFileBytesMax = std::int64_t{2} << 30;

absl::Span<const std::uint8_t> AsBytes(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

bool Matches(const v1::Artifact& artifact,
             absl::Span<const std::uint8_t> bytes) {
  const Sha256Digest digest = Sha256(bytes);
  return artifact.size_bytes() == static_cast<std::int64_t>(bytes.size()) &&
         artifact.sha256() == std::string(digest.begin(), digest.end());
}

absl::Status WriteTarget(const std::string& path,
                         absl::Span<const std::uint8_t> bytes) {
  ASSIGN_OR_RETURN(const std::string target, ResolveFileTarget(path));
  return WriteFileBytes(target, bytes);
}

absl::Status OutOfOrder(const char* what) {
  return absl::DataLossError(
      fmt::format("the server's download makes no sense: {}", what));
}

}  // namespace

absl::StatusOr<int> ItemIndexOf(const std::string& artifact_name) {
  const std::vector<std::string> parts = absl::StrSplit(artifact_name, '/');
  if (parts.size() == 6 && parts[0] == "jobs" && parts[2] == "items" &&
      parts[4] == "artifacts") {
    const auto index = ParseInteger(parts[3], 0, INT32_MAX);
    if (index.ok()) return static_cast<int>(*index);
  }
  return absl::DataLossError("\"" + artifact_name + "\" names no artifact");
}

absl::Status CheckRelativePath(const std::string& path) {
  const std::vector<std::string> parts = absl::StrSplit(path, '/');
  for (const std::string& part : parts) {
    if (part.empty() || part == "." || part == ".." ||
        part.find('\0') != std::string::npos) {
      return absl::PermissionDeniedError(
          "\"" + path + "\" would leave the output directory; refused");
    }
  }
  return absl::OkStatus();
}

absl::Status ArtifactWriter::Take(const v1::DownloadPart& part) {
  switch (part.part_case()) {
    case v1::DownloadPart::kWhole:
      if (file_.has_value()) return OutOfOrder("a file within a file");
      return Write(part.whole().artifact(), AsBytes(part.whole().content()));
    case v1::DownloadPart::kHeader:
      return Begin(part.header());
    case v1::DownloadPart::kChunk:
      return Append(part.chunk());
    case v1::DownloadPart::kFinish:
      return End();
    default:
      return OutOfOrder("an unknown part; is this program too old?");
  }
}

absl::Status ArtifactWriter::Begin(const v1::Artifact& artifact) {
  if (file_.has_value()) return OutOfOrder("a file within a file");
  if (artifact.size_bytes() < 0 || artifact.size_bytes() > kFileBytesMax) {
    return OutOfOrder("a file larger than 2 GiB");
  }
  file_.emplace().artifact = artifact;
  file_->bytes.reserve(static_cast<std::size_t>(artifact.size_bytes()));
  return absl::OkStatus();
}

absl::Status ArtifactWriter::Append(const std::string& chunk) {
  if (!file_.has_value()) return OutOfOrder("a chunk without a header");
  const std::size_t room =
      static_cast<std::size_t>(file_->artifact.size_bytes()) -
      file_->bytes.size();
  if (chunk.size() > room) return OutOfOrder("more bytes than announced");
  file_->bytes.insert(file_->bytes.end(), chunk.begin(), chunk.end());
  return absl::OkStatus();
}

absl::Status ArtifactWriter::End() {
  if (!file_.has_value()) return OutOfOrder("an end without a header");
  const absl::Status status = Write(file_->artifact, file_->bytes);
  file_.reset();
  return status;
}

absl::Status ArtifactWriter::Finish() const {
  if (file_.has_value()) return OutOfOrder("its last file has no end");
  return absl::OkStatus();
}

void ArtifactWriter::ForgetItem() {
  file_.reset();
  if (item_index_ < 0) return;
  item_index_ = -1;
  --item_count_;
  file_count_ -= item_files_;
  byte_count_ -= item_bytes_;
}

absl::Status ArtifactWriter::EnterItem(int item) {
  if (item == item_index_) return absl::OkStatus();
  ASSIGN_OR_RETURN(directory_, directory_of_(item));
  std::error_code error;
  fs::create_directories(directory_, error);
  if (error) {
    return OsErrorToStatus(error.value(), "make the directory " + directory_);
  }
  item_index_ = item;
  ++item_count_;
  item_files_ = 0;
  item_bytes_ = 0;
  return absl::OkStatus();
}

absl::Status ArtifactWriter::Write(const v1::Artifact& artifact,
                                   absl::Span<const std::uint8_t> bytes) {
  ASSIGN_OR_RETURN(const int item, ItemIndexOf(artifact.name()));
  if (!Matches(artifact, bytes)) {
    return absl::DataLossError(fmt::format(
        "{} arrived damaged: its size or SHA-256 differs from what the server "
        "announced; try again",
        artifact.name()));
  }
  RETURN_IF_ERROR(CheckRelativePath(artifact.filename()));
  if (artifact.filename().find('/') != std::string::npos) {
    return OutOfOrder("a file name with a directory");
  }
  RETURN_IF_ERROR(EnterItem(item));
  const absl::Status written =
      WriteTarget(directory_ + "/" + artifact.filename(), bytes);
  if (!written.ok()) {
    std::error_code error;
    fs::remove(directory_, error);  // if it is empty
    return written;
  }
  ++file_count_;
  ++item_files_;
  byte_count_ += artifact.size_bytes();
  item_bytes_ += artifact.size_bytes();
  return absl::OkStatus();
}

}  // namespace perfecthash
