#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "engine/base/unique_handle.h"

namespace perfecthash {

// A whole file mapped for reading; move-only. Immutable after construction. The
// file may be replaced (renamed over, removed) meanwhile. Who touches the bytes
// of one that was truncated may be killed by a signal: see CopyTo.
class MappedFile {
 public:
  // NotFound, PermissionDenied, ... naming the path; InvalidArgument for what
  // is no regular file; ResourceExhausted when it is larger than
  // `size_bytes_max`. An empty file gives empty bytes.
  static absl::StatusOr<MappedFile> Open(
      const std::string& path,
      std::uint64_t size_bytes_max = std::uint64_t{1} << 40);

  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&&) = delete;
  ~MappedFile();

  absl::Span<const std::uint8_t> bytes() const { return bytes_; }

  // Copies all of them to `out`, which has room, for files that others may
  // write: Aborted when the file was truncated meanwhile.
  absl::Status CopyTo(absl::Span<std::uint8_t> out) const;

 private:
  MappedFile(UniqueHandle file, absl::Span<const std::uint8_t> bytes);

  UniqueHandle file_;
  absl::Span<const std::uint8_t> bytes_;
};

}  // namespace perfecthash
