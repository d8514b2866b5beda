#pragma once

#include <string>

#include "engine/codegen/c_table.h"

namespace perfecthash {

// What NAME.h declares.
enum class CInterface {
  kIndex,           // Index and Contains
  kIndexAndValues,  // Lookup, Insert and Delete too
};

// The text of NAME.h.
std::string RenderCHeader(const CTable& table, CInterface parts);

}  // namespace perfecthash
