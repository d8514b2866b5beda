#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace perfecthash {

// Whole files by plain blocking calls, for programs and start-up code. Inside
// the engine's nodes files go through the completion port (engine/io).

// Fails with NotFound, PermissionDenied, ... naming the path, and with
// ResourceExhausted when the file is larger than `max_bytes`.
absl::StatusOr<std::vector<std::uint8_t>> ReadFileBytes(
    const std::string& path, std::uint64_t max_bytes);

// Writes a temporary file beside `path` and renames it, so that a reader sees
// the old file or the whole new one. On failure the temporary file is removed.
absl::Status WriteFileBytes(const std::string& path,
                            absl::Span<const std::uint8_t> bytes);

}  // namespace perfecthash
