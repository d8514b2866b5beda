#pragma once

#include <cstdint>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "engine/base/byte_source.h"
#include "engine/coroutine/cancellation.h"

namespace perfecthash {

// What a blocking call writes: `bytes`, at this offset.
using WriteChunk = absl::FunctionRef<absl::Status(
    std::uint64_t offset, absl::Span<const std::uint8_t> bytes)>;

// Writes all of `source` by way of `chunk`, which is not empty, and returns the
// number of bytes. Ends early when `write` fails, or when cancelled, which is
// looked at before each chunk; `path` is named then.
absl::StatusOr<std::uint64_t> WriteChunks(ByteSource& source,
                                          absl::Span<std::uint8_t> chunk,
                                          const std::string& path,
                                          CancellationToken token,
                                          WriteChunk write);

}  // namespace perfecthash
