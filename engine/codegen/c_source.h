#pragma once

#include "engine/codegen/c_header.h"
#include "engine/codegen/c_table.h"

namespace perfecthash {

// The text of NAME.c around the entries of the assigned array.
CFrame RenderCSource(const CTable& table, CInterface parts);

// The text of CMakeLists.txt, which also works in add_subdirectory().
std::string RenderCMakeLists(const CTable& table);

}  // namespace perfecthash
