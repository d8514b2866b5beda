#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "cli/report.pb.h"

namespace perfecthash {

// What a key file holds, and whether a table can be made of it. `bytes` is the
// file's content, keys of `key_size_bytes` (4 or 8), little-endian.
cli::KeyFileReport InspectKeys(absl::Span<const std::uint8_t> bytes,
                               int key_size_bytes);

// Keys from text: one decimal or 0x number per line; blank lines and what
// follows a '#' are skipped. Every bad line and every repeated key is named
// with its line, in one error. The keys come sorted.
absl::StatusOr<std::vector<std::uint64_t>> ParseKeyText(std::string_view text);

// 4 if every key fits into 32 bits, else 8.
int KeySizeOf(const std::vector<std::uint64_t>& keys);

// A key file's bytes. The keys fit into `key_size_bytes`.
std::vector<std::uint8_t> EncodeKeys(const std::vector<std::uint64_t>& keys,
                                     int key_size_bytes);

}  // namespace perfecthash
