#include "cli/upload_packer.h"

#include <algorithm>
#include <string>

namespace perfecthash {
namespace {

constexpr std::size_t kMessageBytesMax = 1 << 20;
// Tags, lengths and the digest of one part; generous.
constexpr std::size_t kPartOverheadBytes = 64;
constexpr std::size_t kChunkBytes = kMessageBytesMax - kPartOverheadBytes;

std::string ToString(const Sha256Digest& digest) {
  return std::string(digest.begin(), digest.end());
}

}  // namespace

bool UploadPacker::Add(const Sha256Digest& digest,
                       absl::Span<const std::uint8_t> bytes) {
  const std::size_t part_bytes = bytes.size() + kPartOverheadBytes;
  if (part_bytes > kMessageBytesMax) return AddInChunks(digest, bytes);
  if (request_bytes_ + part_bytes > kMessageBytesMax && !Flush()) return false;
  v1::UploadWhole* whole = request_.add_parts()->mutable_whole();
  whole->set_sha256(ToString(digest));
  whole->set_content(bytes.data(), bytes.size());
  request_bytes_ += part_bytes;
  return true;
}

bool UploadPacker::AddInChunks(const Sha256Digest& digest,
                               absl::Span<const std::uint8_t> bytes) {
  if (!Flush()) return false;
  v1::UploadHeader* header = request_.add_parts()->mutable_header();
  header->set_sha256(ToString(digest));
  header->set_size_bytes(static_cast<std::int64_t>(bytes.size()));
  if (!Flush()) return false;
  while (!bytes.empty()) {
    const std::size_t count = std::min(bytes.size(), kChunkBytes);
    request_.add_parts()->set_chunk(bytes.data(), count);
    if (!Flush()) return false;
    bytes.remove_prefix(count);
  }
  request_.add_parts()->set_finish(true);
  return Flush();
}

bool UploadPacker::Flush() {
  if (request_.parts_size() == 0) return true;
  const bool is_sent = send_(request_);
  request_.Clear();
  request_bytes_ = 0;
  return is_sent;
}

}  // namespace perfecthash
