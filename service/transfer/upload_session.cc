#include "service/transfer/upload_session.h"

#include "absl/strings/str_cat.h"
#include "engine/base/error_reason.h"
#include "engine/base/status_macros.h"
#include "service/files/digest.h"
#include "service/rpc/invalid_argument.h"
#include "service/rpc/rpc_status.h"

namespace perfecthash {
namespace {

// Of what was sent as a digest, which may be anything.
constexpr std::size_t kSha256BytesShown = 64;

absl::Status OutOfOrder(const std::string& problem) {
  return WithReason(
      absl::InvalidArgumentError(absl::StrCat(
          problem,
          "; send each file as one whole part, or as header, chunks, finish")),
      "UPLOAD_OUT_OF_ORDER");
}

absl::Span<const std::uint8_t> Bytes(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

absl::Status UploadSession::Consume(const v1::UploadKeySetsRequest& request) {
  for (const v1::UploadPart& part : request.parts()) {
    RETURN_IF_ERROR(ConsumePart(part));
  }
  return absl::OkStatus();
}

absl::Status UploadSession::ConsumePart(const v1::UploadPart& part) {
  const bool continues = part.has_chunk() || part.has_finish();
  if (continues && !in_file_) {
    return OutOfOrder("a chunk or finish came without a header before it");
  }
  if (!continues && in_file_) {
    return OutOfOrder("a new file began before the last one's finish");
  }
  switch (part.part_case()) {
    case v1::UploadPart::kWhole:
      return PutWhole(part.whole());
    case v1::UploadPart::kHeader:
      return BeginFile(part.header());
    case v1::UploadPart::kChunk:
      return AppendChunk(part.chunk());
    case v1::UploadPart::kFinish:
      return FinishFile();
    case v1::UploadPart::PART_NOT_SET:
      break;
  }
  return OutOfOrder("a part was empty");
}

absl::Status UploadSession::PutWhole(const v1::UploadWhole& whole) {
  const std::string& content = whole.content();
  response_.set_received_bytes(response_.received_bytes() +
                               static_cast<std::int64_t>(content.size()));
  const auto digest = ReadDigest(whole.sha256(), "whole.sha256");
  if (!digest.ok()) return Fail(whole.sha256(), digest.status());
  const auto outcome = store_.Put(*digest, Bytes(content));
  if (!outcome.ok()) return Fail(whole.sha256(), outcome.status());
  Count(*outcome);
  return absl::OkStatus();
}

absl::Status UploadSession::BeginFile(const v1::UploadHeader& header) {
  in_file_ = true;
  sha256_ = header.sha256();
  writer_ = nullptr;
  const auto digest = ReadDigest(header.sha256(), "header.sha256");
  if (!digest.ok()) return Fail(sha256_, digest.status());
  const absl::Status size =
      CheckNotNegative(header.size_bytes(), "header.size_bytes");
  if (!size.ok()) return Fail(sha256_, size);
  auto writer =
      store_.Begin(*digest, static_cast<std::uint64_t>(header.size_bytes()));
  if (!writer.ok()) return Fail(sha256_, writer.status());
  writer_ = *std::move(writer);
  return absl::OkStatus();
}

absl::Status UploadSession::AppendChunk(const std::string& chunk) {
  response_.set_received_bytes(response_.received_bytes() +
                               static_cast<std::int64_t>(chunk.size()));
  if (writer_ == nullptr) return absl::OkStatus();
  const absl::Status status = writer_->Append(Bytes(chunk));
  if (status.ok()) return status;
  writer_ = nullptr;
  return Fail(sha256_, status);
}

absl::Status UploadSession::FinishFile() {
  in_file_ = false;
  if (writer_ == nullptr) return absl::OkStatus();
  const auto outcome = writer_->Finish();
  writer_ = nullptr;
  if (!outcome.ok()) return Fail(sha256_, outcome.status());
  Count(*outcome);
  return absl::OkStatus();
}

absl::Status UploadSession::Finish() {
  if (!in_file_) return absl::OkStatus();
  writer_ = nullptr;
  return OutOfOrder("the stream ended before the last file's finish");
}

void UploadSession::Count(KeySetStore::Outcome outcome) {
  if (outcome == KeySetStore::Outcome::kStored) {
    response_.set_stored_count(response_.stored_count() + 1);
  } else {
    response_.set_present_count(response_.present_count() + 1);
  }
}

absl::Status UploadSession::Fail(const std::string& sha256,
                                 const absl::Status& error) {
  if (response_.failures_size() == kFailureCountMax) {
    return WithReason(
        absl::ResourceExhaustedError(
            absl::StrCat("more than ", kFailureCountMax,
                         " files of this stream failed, the last one because: ",
                         std::string(error.message()))),
        "TOO_MANY_FAILURES");
  }
  v1::UploadFailure* failure = response_.add_failures();
  failure->set_sha256(sha256.substr(0, kSha256BytesShown));
  *failure->mutable_error() = ToStatusMessage(error);
  return absl::OkStatus();
}

}  // namespace perfecthash
