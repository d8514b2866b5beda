#pragma once

#include "engine/codegen/c_header.h"
#include "engine/codegen/c_table.h"

namespace perfecthash {

// The text of NAME_test.c around the table's keys: the first key, then the
// difference of each to the one before, which takes a third of the room.
// Compiled with NAME_BENCHMARK defined it is the benchmark program.
CFrame RenderCTestProgram(const CTable& table, CInterface parts);

}  // namespace perfecthash
