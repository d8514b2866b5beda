#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

#include "absl/types/span.h"
#include "engine/base/byte_source.h"

namespace perfecthash {

// The longest text of one number: 20 digits, suffix, comma, newline.
inline constexpr std::size_t kNumberTextBytesMax = 23;

// FormatNumber for any number.
std::uint8_t* FormatLongNumber(std::uint64_t number, std::uint8_t* out);

// Writes `number` in decimal, with the suffix 'u' where a C compiler would
// otherwise complain, and returns the end. `out` has room for
// kNumberTextBytesMax bytes, of which those past the end may be changed.
inline std::uint8_t* FormatNumber(std::uint64_t number, std::uint8_t* out) {
  if (number >= 100'000'000) return FormatLongNumber(number, out);
  // All eight digits at once, a byte each, the first in the lowest byte: the
  // number is halved to fours, twos and ones in parallel, by multiplications
  // in place of divisions. No branch depends on the number, since among the
  // entries of a table any would be mispredicted.
  const std::uint64_t fours = number / 10'000 | number % 10'000 << 32;
  const std::uint64_t hundreds = fours * 10'486 >> 20 & 0x7f0000007f;
  const std::uint64_t twos = hundreds | (fours - hundreds * 100) << 16;
  const std::uint64_t tens = twos * 103 >> 10 & 0x000f000f000f000f;
  const std::uint64_t ones = tens | (twos - tens * 10) << 8;
  // Leading zeros, but never the last digit.
  const int skipped = std::countr_zero(ones | std::uint64_t{1} << 56) / 8;
  static_assert(std::endian::native == std::endian::little);
  const std::uint64_t text = (ones | 0x3030303030303030) >> (8 * skipped);
  std::memcpy(out, &text, sizeof(text));
  return out + 8 - skipped;
}

// The initialisers of a C array: `count` numbers, sixteen a line, without
// padding. Number i comes from read(i), asked once each, in order.
template <typename Read>
class NumberSource : public ByteSource {
 public:
  NumberSource(std::size_t count, Read read)
      : count_(count), read_(std::move(read)) {}

  std::size_t Fill(absl::Span<std::uint8_t> out) override {
    std::size_t filled = TakeCarried(out);
    std::uint8_t* position = out.data() + filled;
    std::uint8_t* const end = out.data() + out.size();
    while (next_ < count_ && end - position >= kRoom) {
      position = FormatNext(position);
    }
    filled = static_cast<std::size_t>(position - out.data());
    // What is left is too short to format in place.
    while (filled < out.size() && next_ < count_) {
      carried_begin_ = 0;
      carried_end_ = static_cast<std::size_t>(FormatNext(carried_.data()) -
                                              carried_.data());
      filled += TakeCarried(out.subspan(filled));
    }
    return filled;
  }

 private:
  static constexpr std::ptrdiff_t kRoom = kNumberTextBytesMax;
  static constexpr std::size_t kNumbersPerLine = 16;

  std::uint8_t* FormatNext(std::uint8_t* out) {
    out = FormatNumber(read_(next_++), out);
    *out++ = ',';
    if (next_ % kNumbersPerLine == 0 || next_ == count_) *out++ = '\n';
    return out;
  }

  std::size_t TakeCarried(absl::Span<std::uint8_t> out) {
    std::size_t taken = 0;
    while (taken < out.size() && carried_begin_ < carried_end_) {
      out[taken++] = carried_[carried_begin_++];
    }
    return taken;
  }

  std::size_t count_;
  Read read_;
  std::size_t next_ = 0;
  std::array<std::uint8_t, kNumberTextBytesMax> carried_;
  std::size_t carried_begin_ = 0;
  std::size_t carried_end_ = 0;
};

}  // namespace perfecthash
