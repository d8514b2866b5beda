#pragma once

#include <cstddef>

#include "absl/types/span.h"

namespace perfecthash {

// Content that is produced piece by piece, so that a large output needs no
// more memory than one chunk. Used by one thread at a time.
class ContentSource {
 public:
  virtual ~ContentSource() = default;

  // Writes the next bytes to the front of `chunk`, which is not empty, and
  // returns their number. 0 means the end.
  virtual std::size_t Fill(absl::Span<std::byte> chunk) = 0;
};

// Bytes in memory, which outlive it.
class MemorySource : public ContentSource {
 public:
  explicit MemorySource(absl::Span<const std::byte> bytes) : bytes_(bytes) {}
  std::size_t Fill(absl::Span<std::byte> chunk) override;

 private:
  absl::Span<const std::byte> bytes_;
};

}  // namespace perfecthash
