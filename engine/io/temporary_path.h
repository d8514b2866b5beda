#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace perfecthash {

// The name of a temporary file in the directory of `path`. Of fixed length, so
// that it is valid wherever `path` is (there up to 255 bytes are).
std::string TemporaryPath(std::string_view path, std::uint64_t serial);

// Whether the last component of `path` is such a name: a leftover of a program
// that was killed.
bool IsTemporaryPath(std::string_view path);

}  // namespace perfecthash
