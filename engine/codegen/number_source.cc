#include "engine/codegen/number_source.h"

#include <charconv>

namespace perfecthash {

std::uint8_t* FormatLongNumber(std::uint64_t number, std::uint8_t* out) {
  char* const text = reinterpret_cast<char*>(out);
  char* end = std::to_chars(text, text + kNumberTextBytesMax, number).ptr;
  // Decimal literals without a suffix are signed.
  if (number > 0x7fffffffffffffff) *end++ = 'u';
  return reinterpret_cast<std::uint8_t*>(end);
}

}  // namespace perfecthash
