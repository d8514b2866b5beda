#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/types/span.h"

namespace perfecthash {

// A sequence of bytes that is pulled piece by piece, so that output of any size
// needs memory for one piece. Used by one thread at a time.
class ByteSource {
 public:
  virtual ~ByteSource() = default;

  // Puts the next bytes into `out` and returns their count. Fewer than
  // out.size() come only at the end, and none after it.
  virtual std::size_t Fill(absl::Span<std::uint8_t> out) = 0;
};

// Bytes that outlive the source.
class MemorySource : public ByteSource {
 public:
  explicit MemorySource(absl::Span<const std::uint8_t> bytes) : rest_(bytes) {}
  std::size_t Fill(absl::Span<std::uint8_t> out) override;

 private:
  absl::Span<const std::uint8_t> rest_;
};

// Text that the source owns.
class TextSource : public ByteSource {
 public:
  explicit TextSource(std::string text) : text_(std::move(text)) {}
  std::size_t Fill(absl::Span<std::uint8_t> out) override;

 private:
  std::string text_;
  std::size_t position_ = 0;
};

}  // namespace perfecthash
