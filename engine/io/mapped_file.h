#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "engine/coroutine/cancellation.h"
#include "engine/io/content_source.h"

namespace perfecthash {

// Files by memory mapping and blocking calls: the classic way, kept for
// comparison with the completion port (--file-io mapped).

// A file mapped for reading. Owns the mapping. Another program that truncates
// the file meanwhile makes its bytes inaccessible, as with every mapping.
// Immutable after construction.
class MappedFile {
 public:
  // Errors as ReadWholeFile.
  static absl::StatusOr<MappedFile> OpenForRead(const std::string& path,
                                                std::uint64_t size_bytes_max);

  MappedFile(MappedFile&& other) noexcept : bytes_(other.bytes_) {
    other.bytes_ = {};
  }
  MappedFile& operator=(MappedFile&&) = delete;
  ~MappedFile();

  absl::Span<const std::byte> bytes() const { return bytes_; }

 private:
  explicit MappedFile(absl::Span<const std::byte> bytes) : bytes_(bytes) {}

  absl::Span<const std::byte> bytes_;
};

// As WriteWholeFile, by mapping one window of the temporary file after another.
// The space of a window is allocated before it is touched, so a full disk is
// ResourceExhausted and never a signal. `serial` makes the temporary name
// unique: CompletionPort::NextSerial().
absl::StatusOr<std::uint64_t> WriteMappedFile(const std::string& path,
                                              ContentSource& source,
                                              std::uint64_t serial,
                                              CancellationToken token = {});

}  // namespace perfecthash
