#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "engine/base/byte_source.h"
#include "engine/coroutine/cancellation.h"
#include "engine/coroutine/task.h"
#include "engine/io/completion_port.h"

namespace perfecthash {

// Where ReadWholeFile puts a file once it knows how large it is. Belongs to the
// caller and outlives the call.
class ReadDestination {
 public:
  virtual ~ReadDestination() = default;

  // Returns at least `size_bytes` of memory; may wait for it, or refuse.
  virtual Task<absl::StatusOr<absl::Span<std::uint8_t>>> Reserve(
      std::uint64_t size_bytes) = 0;
  // Called after each piece of the file, some MiB.
  virtual void NotePiece() {}
};

// Reads all of `path` into the destination and returns the number of bytes.
// ResourceExhausted above `size_bytes_max`, Aborted when the file shrank
// meanwhile, Cancelled when `token` was. The file is closed whatever happens.
Task<absl::StatusOr<std::uint64_t>> ReadWholeFile(CompletionPort& port,
                                                  std::string path,
                                                  std::uint64_t size_bytes_max,
                                                  ReadDestination& destination,
                                                  CancellationToken token = {});

// Writes `source` to a temporary file beside `path`, chunk by chunk through the
// caller's `chunk` of memory, closes it and renames it to `path`: a reader sees
// the old file or the whole new one. After an error (a failed close is one) or
// a cancellation the temporary file is removed; once all is written, it is too
// late for the latter. Returns the number of bytes written.
Task<absl::StatusOr<std::uint64_t>> WriteWholeFile(
    CompletionPort& port, std::string path, ByteSource& source,
    absl::Span<std::uint8_t> chunk, CancellationToken token = {});

}  // namespace perfecthash
