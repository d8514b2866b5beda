#include "engine/codegen/number_source.h"

#include <charconv>

namespace perfecthash {

std::uint8_t* FormatNumber(std::uint64_t number, std::uint8_t* out) {
  char* const text = reinterpret_cast<char*>(out);
  // Most numbers fit into 32 bits, where division is twice as fast.
  char* end = number <= 0xffffffffu
                  ? std::to_chars(text, text + kNumberTextBytesMax,
                                  static_cast<std::uint32_t>(number))
                        .ptr
                  : std::to_chars(text, text + kNumberTextBytesMax, number).ptr;
  // Decimal literals without a suffix are signed.
  if (number > 0x7fffffffffffffffu) *end++ = 'u';
  return reinterpret_cast<std::uint8_t*>(end);
}

}  // namespace perfecthash
