#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace perfecthash {

// A whole file mapped for reading; move-only. Immutable after construction. The
// file may be replaced (renamed over, removed) meanwhile, but not truncated.
class MappedFile {
 public:
  // NotFound, PermissionDenied, ... naming the path; InvalidArgument for what
  // is no regular file; ResourceExhausted when it is larger than
  // `size_bytes_max`. An empty file gives empty bytes.
  static absl::StatusOr<MappedFile> Open(
      const std::string& path,
      std::uint64_t size_bytes_max = std::uint64_t{1} << 40);

  MappedFile(MappedFile&& other) noexcept : bytes_(other.bytes_) {
    other.bytes_ = {};
  }
  MappedFile& operator=(MappedFile&&) = delete;
  ~MappedFile();

  absl::Span<const std::uint8_t> bytes() const { return bytes_; }

 private:
  explicit MappedFile(absl::Span<const std::uint8_t> bytes) : bytes_(bytes) {}

  absl::Span<const std::uint8_t> bytes_;
};

}  // namespace perfecthash
