#include "engine/codegen/c_header.h"

#include <string_view>

namespace perfecthash {
namespace {

constexpr std::string_view kHeaderBegin =
    R"(/* @NAME@: an order-preserving perfect hash table. Generated; do not edit.

   hash function  @FUNCTION@, seeds @SEEDS@
   keys           @KEY_COUNT@ of @KEY_BITS@ bits
   indices        below @INDEX_COUNT@
   table          @ENTRY_COUNT@ entries, @TABLE_BYTES@ bytes
   digest         @DIGEST@
                  (SHA-256 of the table as a file, @NAME@.pht)

   @NAME@_Index(key) is the key's rank, 0 to @NAME@_KEY_COUNT - 1,
   among the sorted keys that the table was made from. For any other key it is
   some number below @NAME@_INDEX_COUNT: the table does not hold the
   keys and cannot tell. Where such keys may come, ask @NAME@_Contains.
   All functions but those that change values are safe in any thread. */
#ifndef @NAME@_H_
#define @NAME@_H_

@INCLUDES@
#ifdef __cplusplus
extern "C" {
#endif

#define @NAME@_KEY_COUNT @KEY_COUNT@u
#define @NAME@_INDEX_COUNT @INDEX_COUNT@u

extern const @ENTRY@ @NAME@_table[@ENTRY_COUNT@];
@FUNCTIONS@
static inline uint32_t @NAME@_Index(@KEY@ key) {
@HASH@  return ((uint32_t)@NAME@_table[v1] + @NAME@_table[v2]) & @INDEX_MASK@;
}

/* 1 if `key` is one of the table's keys, else 0. `keys` are the
   @NAME@_KEY_COUNT keys in ascending order. */
static inline int @NAME@_Contains(const @KEY@* keys, @KEY@ key) {
  const uint32_t index = @NAME@_Index(key);
  return index < @NAME@_KEY_COUNT && keys[index] == key;
}
)";

constexpr std::string_view kHeaderValues = R"(
/* A value per index, all 0 at first. Define another type of numbers for all
   sources alike if need be. */
#ifndef @NAME@_VALUE
#define @NAME@_VALUE uint32_t
#endif
typedef @NAME@_VALUE @NAME@_Value;

/* The key is not verified: with one that is not of the table these read and
   change the value of another. Insert and Delete return the value before;
   Delete leaves 0. Callers take turns while values change. */
@NAME@_Value @NAME@_Lookup(@KEY@ key);
@NAME@_Value @NAME@_Insert(@KEY@ key, @NAME@_Value value);
@NAME@_Value @NAME@_Delete(@KEY@ key);
)";

constexpr std::string_view kHeaderEnd = R"(
#ifdef __cplusplus
}
#endif

#endif
)";

}  // namespace

std::string RenderCHeader(const CTable& table, CInterface parts) {
  std::string text(kHeaderBegin);
  if (parts == CInterface::kIndexAndValues) text += kHeaderValues;
  text += kHeaderEnd;
  return table.FillIn(text);
}

}  // namespace perfecthash
