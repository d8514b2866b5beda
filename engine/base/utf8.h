#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace perfecthash {

// Text that comes from file names is any bytes; a protobuf string must be
// UTF-8, or its whole message cannot be read.

// Whether the text is well-formed UTF-8 (the Unicode Standard, table 3-7).
bool IsUtf8(std::string_view text);

// The text itself, or, when it is no UTF-8, with "\xe9" for each byte that is
// not printable ASCII.
std::string Utf8OrEscaped(std::string_view text);

// The longest beginning of at most `bytes_max` bytes that splits no character
// of the text, which is UTF-8.
std::string_view Utf8Prefix(std::string_view text, std::size_t bytes_max);

}  // namespace perfecthash
