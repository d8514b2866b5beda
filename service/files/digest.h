#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "engine/base/sha256.h"

namespace perfecthash {

// Null unless `text` is 64 hexadecimal digits.
std::optional<Sha256Digest> ParseHexDigest(std::string_view text);

// The bytes of a message's field; InvalidArgument unless there are 32.
absl::StatusOr<Sha256Digest> ReadDigest(const std::string& bytes,
                                        const std::string& field);

}  // namespace perfecthash
