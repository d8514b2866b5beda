#include "engine/codegen/c_source.h"

#include <string>
#include <string_view>

namespace perfecthash {
namespace {

constexpr std::string_view kSourceBegin = R"(@INCLUDE_HEADER@

const @ENTRY@ @NAME@_table[@ENTRY_COUNT@] = {
)";

constexpr std::string_view kSourceEnd = "};\n";

constexpr std::string_view kSourceValues = R"(
static @NAME@_Value values[@NAME@_INDEX_COUNT];

@NAME@_Value @NAME@_Lookup(@KEY@ key) {
  return values[@NAME@_Index(key)];
}

@NAME@_Value @NAME@_Insert(@KEY@ key, @NAME@_Value value) {
  @NAME@_Value* const slot = &values[@NAME@_Index(key)];
  const @NAME@_Value before = *slot;
  *slot = value;
  return before;
}

@NAME@_Value @NAME@_Delete(@KEY@ key) {
  return @NAME@_Insert(key, 0);
}
)";

constexpr std::string_view kCMakeLists =
    R"(# cmake -B build && cmake --build build && ctest --test-dir build
# or, from a project of your own: add_subdirectory() and link @NAME@.
cmake_minimum_required(VERSION 3.10)
project(@NAME@ C)

if(CMAKE_SOURCE_DIR STREQUAL CMAKE_CURRENT_SOURCE_DIR)
  set(@NAME@_is_top ON)
  if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    set(CMAKE_BUILD_TYPE Release)
  endif()
endif()
option(@NAME@_TESTS "Build self-test and benchmark" ${@NAME@_is_top})

add_library(@NAME@ STATIC @NAME@.c)
target_include_directories(@NAME@ PUBLIC ${CMAKE_CURRENT_SOURCE_DIR})
target_compile_features(@NAME@ PUBLIC c_std_99)

if(@NAME@_TESTS)
  enable_testing()
  add_executable(@NAME@_test @NAME@_test.c)
  target_link_libraries(@NAME@_test PRIVATE @NAME@)
  add_test(NAME @NAME@_test COMMAND @NAME@_test)
  add_executable(@NAME@_benchmark @NAME@_test.c)
  target_compile_definitions(@NAME@_benchmark PRIVATE @NAME@_BENCHMARK)
  target_link_libraries(@NAME@_benchmark PRIVATE @NAME@)
endif()
)";

}  // namespace

CFrame RenderCSource(const CTable& table, CInterface parts) {
  std::string after(kSourceEnd);
  if (parts == CInterface::kIndexAndValues) after += kSourceValues;
  return {.before = table.FillIn(kSourceBegin), .after = table.FillIn(after)};
}

std::string RenderCMakeLists(const CTable& table) {
  return table.FillIn(kCMakeLists);
}

}  // namespace perfecthash
