#include "service/transfer/download_session.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "engine/base/error_reason.h"
#include "engine/base/status_macros.h"
#include "service/job/job_message.h"
#include "service/rpc/invalid_argument.h"

namespace perfecthash {
namespace {

// What a part costs besides its content: name, digest, tags.
constexpr std::size_t kPartOverheadBytes = 512;

absl::Status BadName(const std::string& field, const std::string& name) {
  return InvalidField(
      field, absl::StrCat("is \"", name,
                          "\"; give jobs/{job}, jobs/{job}/items/{index} or "
                          "jobs/{job}/items/{index}/artifacts/{filename}"));
}

absl::StatusOr<int> ReadItemIndex(const JobRecord& job,
                                  const std::string& text) {
  int index = -1;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), index);
  if (error != std::errc() || end != text.data() + text.size() || index < 0 ||
      static_cast<std::size_t>(index) >= job.item_count()) {
    return WithReason(absl::NotFoundError(absl::StrCat(
                          job.name(), " has no item ", text,
                          "; its items are 0 to ", job.item_count() - 1)),
                      "ITEM_NOT_FOUND");
  }
  return index;
}

absl::Status CheckKept(const JobRecord& job) {
  if (!job.description().artifact_directory.empty()) return absl::OkStatus();
  const std::string& path = job.description().head.output_path();
  return WithReason(
      absl::FailedPreconditionError(
          path.empty()
              ? absl::StrCat(job.name(), " wrote no files (file_io is NONE)")
              : absl::StrCat(job.name(), " wrote its files to ", path,
                             " on the server; read them there")),
      "ARTIFACTS_NOT_KEPT");
}

absl::Status NoSuchArtifact(const std::string& name) {
  return WithReason(
      absl::NotFoundError(absl::StrCat("there is no artifact ", name,
                                       "; ListArtifacts shows those that the "
                                       "job has")),
      "ARTIFACT_NOT_FOUND");
}

// `name` may be an artifact's, too.
absl::StatusOr<ArtifactSelection> Select(const JobStore& jobs,
                                         const std::string& field,
                                         const std::string& name) {
  const std::vector<std::string> parts =
      absl::StrSplit(name, absl::MaxSplits('/', 5));
  const bool is_job = parts.size() == 2;
  const bool is_item = parts.size() == 4 && parts[2] == "items";
  const bool is_file =
      parts.size() == 6 && parts[2] == "items" && parts[4] == "artifacts";
  if (!is_job && !is_item && !is_file) return BadName(field, name);
  ArtifactSelection selection;
  ASSIGN_OR_RETURN(selection.job,
                   jobs.Find(absl::StrCat(parts[0], "/", parts[1]), field));
  RETURN_IF_ERROR(CheckKept(*selection.job));
  selection.end_item = static_cast<int>(selection.job->item_count());
  if (is_job) return selection;
  ASSIGN_OR_RETURN(selection.first_item,
                   ReadItemIndex(*selection.job, parts[3]));
  selection.end_item = selection.first_item + 1;
  if (is_file) selection.filename = parts[5];
  return selection;
}

const std::vector<WrittenFile>* FilesOf(const JobRecord& job, int item) {
  const JobObserver::ItemOutcome* outcome = job.Outcome(item);
  if (outcome == nullptr || !outcome->result.ok()) return nullptr;
  return &outcome->result->files;
}

absl::Status CheckExists(const ArtifactSelection& selection,
                         const std::string& name) {
  const auto* files = FilesOf(*selection.job, selection.first_item);
  const bool found =
      files != nullptr &&
      std::any_of(files->begin(), files->end(), [&](const WrittenFile& file) {
        return file.filename == selection.filename;
      });
  return found ? absl::OkStatus() : NoSuchArtifact(name);
}

}  // namespace

absl::StatusOr<ArtifactSelection> SelectArtifacts(const JobStore& jobs,
                                                  const std::string& parent) {
  ASSIGN_OR_RETURN(ArtifactSelection selection, Select(jobs, "parent", parent));
  if (!selection.filename.empty()) return BadName("parent", parent);
  return selection;
}

absl::StatusOr<std::unique_ptr<DownloadSession>> DownloadSession::Create(
    const JobStore& jobs, const v1::DownloadArtifactsRequest& request) {
  std::unique_ptr<DownloadSession> session(new DownloadSession());
  if (request.names().empty() == request.parent().empty()) {
    return InvalidField("names",
                        "and parent: give exactly one of the two, single "
                        "artifacts or all of a parent");
  }
  RETURN_IF_ERROR(
      CheckNotNegative(request.first_item_index(), "first_item_index"));
  if (!request.parent().empty()) {
    ASSIGN_OR_RETURN(ArtifactSelection selection,
                     SelectArtifacts(jobs, request.parent()));
    selection.first_item =
        std::max(selection.first_item, request.first_item_index());
    session->selections_.push_back(std::move(selection));
    return session;
  }
  if (request.first_item_index() > 0) {
    return InvalidField("first_item_index",
                        "goes with parent alone: names say which items");
  }
  for (const std::string& name : request.names()) {
    ASSIGN_OR_RETURN(ArtifactSelection selection, Select(jobs, "names", name));
    if (selection.filename.empty()) return BadName("names", name);
    RETURN_IF_ERROR(CheckExists(selection, name));
    session->selections_.push_back(std::move(selection));
  }
  return session;
}

bool DownloadSession::Advance() {
  for (; selection_ < selections_.size(); ++selection_, item_ = -1) {
    const ArtifactSelection& selection = selections_[selection_];
    if (item_ < 0) {
      item_ = selection.first_item;
      next_file_ = 0;
    }
    for (; item_ < selection.end_item; ++item_, next_file_ = 0) {
      const auto* files = FilesOf(*selection.job, item_);
      while (files != nullptr && next_file_ < files->size()) {
        const WrittenFile& file = (*files)[next_file_++];
        if (!selection.filename.empty() &&
            selection.filename != file.filename) {
          continue;
        }
        file_ = &file;
        path_ = absl::StrCat(selection.job->description().artifact_directory,
                             "/", item_, "/", file_->filename);
        return true;
      }
    }
  }
  return false;
}

absl::Status DownloadSession::Next(v1::DownloadArtifactsResponse* message) {
  message_bytes_ = 0;
  while (message_bytes_ < kMessageBytesMax) {
    if (file_ == nullptr && !Advance()) return absl::OkStatus();
    const bool whole = file_->size_bytes <= kWholeBytesMax;
    const std::size_t room = kMessageBytesMax - message_bytes_;
    const std::size_t needed =
        kPartOverheadBytes + (whole ? file_->size_bytes : 0);
    if (needed > room && message_bytes_ > 0) return absl::OkStatus();
    if (whole) {
      RETURN_IF_ERROR(AddWhole(message));
    } else {
      RETURN_IF_ERROR(AddFile(message));
    }
  }
  return absl::OkStatus();
}

absl::Status DownloadSession::AddWhole(v1::DownloadArtifactsResponse* message) {
  RETURN_IF_ERROR(OpenFile());
  v1::DownloadWhole* whole = message->add_parts()->mutable_whole();
  FillArtifact(*selections_[selection_].job, item_, *file_,
               whole->mutable_artifact());
  whole->mutable_content()->resize(file_->size_bytes);
  RETURN_IF_ERROR(ReadInto(whole->mutable_content()));
  const std::string& content = whole->content();
  RETURN_IF_ERROR(
      CheckDigest(Sha256({reinterpret_cast<const std::uint8_t*>(content.data()),
                          content.size()})));
  message_bytes_ += content.size() + kPartOverheadBytes;
  file_ = nullptr;
  return absl::OkStatus();
}

absl::Status DownloadSession::AddFile(v1::DownloadArtifactsResponse* message) {
  if (sha256_ == nullptr) {
    RETURN_IF_ERROR(OpenFile());
    FillArtifact(*selections_[selection_].job, item_, *file_,
                 message->add_parts()->mutable_header());
    sha256_ = std::make_unique<Sha256Stream>();
    left_bytes_ = file_->size_bytes;
    message_bytes_ += kPartOverheadBytes;
  }
  const std::size_t used = message_bytes_ + kPartOverheadBytes;
  if (left_bytes_ > 0 && used < kMessageBytesMax) {
    RETURN_IF_ERROR(AddChunk(kMessageBytesMax - used, message));
  }
  message_bytes_ += kPartOverheadBytes;
  return left_bytes_ == 0 ? FinishFile(message) : absl::OkStatus();
}

absl::Status DownloadSession::AddChunk(std::size_t bytes_max,
                                       v1::DownloadArtifactsResponse* message) {
  std::string* chunk = message->add_parts()->mutable_chunk();
  chunk->resize(std::min<std::uint64_t>(bytes_max, left_bytes_));
  RETURN_IF_ERROR(ReadInto(chunk));
  sha256_->Update(
      {reinterpret_cast<const std::uint8_t*>(chunk->data()), chunk->size()});
  left_bytes_ -= chunk->size();
  message_bytes_ += chunk->size();
  return absl::OkStatus();
}

absl::Status DownloadSession::FinishFile(
    v1::DownloadArtifactsResponse* message) {
  RETURN_IF_ERROR(CheckDigest(sha256_->Finish()));
  message->add_parts()->set_finish(true);
  sha256_ = nullptr;
  file_ = nullptr;
  return absl::OkStatus();
}

absl::Status DownloadSession::OpenFile() {
  stream_ = std::ifstream(path_, std::ios::binary);
  return stream_.is_open() ? absl::OkStatus() : Gone();
}

absl::Status DownloadSession::ReadInto(std::string* bytes) {
  stream_.read(bytes->data(), static_cast<std::streamsize>(bytes->size()));
  return stream_.gcount() == static_cast<std::streamsize>(bytes->size())
             ? absl::OkStatus()
             : Gone();
}

absl::Status DownloadSession::CheckDigest(const Sha256Digest& digest) const {
  if (digest == file_->sha256) return absl::OkStatus();
  return WithReason(
      absl::DataLossError(absl::StrCat(
          path_, " has changed since it was written; build the table again")),
      "ARTIFACT_DAMAGED");
}

absl::Status DownloadSession::Gone() const {
  return WithReason(
      absl::NotFoundError(absl::StrCat(
          path_,
          " is missing or cut short on the server; the job may have "
          "been forgotten meanwhile: build the table again")),
      "ARTIFACT_GONE");
}

}  // namespace perfecthash
