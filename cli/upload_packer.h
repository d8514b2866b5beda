#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "absl/types/span.h"
#include "engine/base/sha256.h"
#include "perfecthash/v1/key_set.pb.h"

namespace perfecthash {

// Packs files into UploadKeySets messages of at most 1 MiB: many small files
// share one, a large one is cut into chunks. Used by one thread.
class UploadPacker {
 public:
  // Sends a message; false when the stream is broken.
  using Send = std::function<bool(const v1::UploadKeySetsRequest&)>;

  explicit UploadPacker(Send send) : send_(std::move(send)) {}

  // False when the stream is broken.
  bool Add(const Sha256Digest& digest, absl::Span<const std::uint8_t> bytes);
  bool Flush();

 private:
  bool AddInChunks(const Sha256Digest& digest,
                   absl::Span<const std::uint8_t> bytes);

  const Send send_;
  v1::UploadKeySetsRequest request_;
  std::size_t request_bytes_ = 0;
};

}  // namespace perfecthash
