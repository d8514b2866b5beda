#pragma once

#include <string>
#include <string_view>

namespace perfecthash {

// Names for what is generated from a key file, whatever that file is called.
// Both functions are deterministic and drop one ".keys" at the end. A name that
// is fine as it is stays as it is; one that had to be changed gets eight digits
// of its SHA-256 appended, so that two names do not become one.

// An identifier of C and C++ of at most 64 characters, neither reserved nor a
// keyword nor a target name that CMake keeps for itself. A '-' becomes '_'
// without digits, so "a-1.keys" and "a_1.keys" share "a_1". Only what follows
// the last '/' counts. "table" for an empty name.
//
//   "HologramWorld-31016.keys" -> "HologramWorld_31016"
//   "7 of 9.keys"              -> "t7_of_9_<digits>"
std::string IdentifierFromFileName(std::string_view file_name);

// A relative path that is safe to create below an output directory, on Linux
// and on Windows: the folders of `file_name` are kept, but no component is
// empty, "." or "..", starts with '.' or '-', is longer than 100 bytes or
// contains anything but letters, digits, '.', '-', '_' and '+'.
//
//   "core/HologramWorld-31016.keys" -> "core/HologramWorld-31016"
//   "/../x y.keys"                  -> "x_y_<digits>"
std::string DirectoryFromFileName(std::string_view file_name);

}  // namespace perfecthash
