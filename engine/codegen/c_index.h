#pragma once

#include <cstdint>
#include <string>

#include "engine/perfect_hash/table.h"

namespace perfecthash {

// C text of a table's Index function: constants and nothing that could be done
// beforehand. It is C99 and C++, without a warning of gcc or clang.

// The headers that the texts below need.
std::string RenderIncludes(const TableParameters& parameters);

// Statements, indented by two, that declare `v1` and `v2`, the vertices of
// `key`, a number as wide as the table's keys.
std::string RenderHash(const std::string& name,
                       const TableParameters& parameters);

// Functions that the statements call; may be empty.
std::string RenderHashFunctions(const std::string& name,
                                const TableParameters& parameters);

// An expression for the bits of `key`, a uint64_t, under `mask`, gathered into
// the low bits: a shift and a mask for each run of ones.
std::string RenderGather(std::uint64_t mask);

// "0x0000abcdu"
std::string HexLiteral(std::uint32_t number);

}  // namespace perfecthash
