#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "engine/base/byte_source.h"
#include "engine/coroutine/cancellation.h"

namespace perfecthash {

// As WriteWholeFile, but by blocking calls, and each chunk through a mapping of
// its place in the temporary file. The space of a chunk is allocated before it
// is touched, so a full disk is ResourceExhausted and never a signal. `serial`
// makes the temporary name unique: CompletionPort::NextSerial().
absl::StatusOr<std::uint64_t> WriteMappedFile(const std::string& path,
                                              ByteSource& source,
                                              absl::Span<std::uint8_t> chunk,
                                              std::uint64_t serial,
                                              CancellationToken token = {});

}  // namespace perfecthash
