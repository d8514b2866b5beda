#pragma once

#include <string_view>

namespace perfecthash {

// The characters that end a directory's name in a path: "/", on Windows "\"
// and ":" too.
std::string_view PathSeparators();

}  // namespace perfecthash
