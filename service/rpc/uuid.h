#pragma once

#include <string>
#include <string_view>

namespace perfecthash {

// A new UUID of version 7 (RFC 9562): 48 bits of Unix milliseconds, then a
// counter that rises within the millisecond, then random bits. Later ones of
// this process are greater as text, so names sort by time. Thread-safe.
std::string NewUuid();

// Whether `text` is a UUID of any version, 8-4-4-4-12 hexadecimal digits.
bool IsUuid(std::string_view text);

}  // namespace perfecthash
