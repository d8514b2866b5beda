#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

#include "absl/types/span.h"
#include "engine/codegen/byte_source.h"

namespace perfecthash {

// The longest text of one number: 20 digits, suffix, comma, newline.
inline constexpr std::size_t kNumberTextBytesMax = 23;

// Writes `number` in decimal, with the suffix 'u' where a C compiler would
// otherwise complain, and returns the end. `out` has room for
// kNumberTextBytesMax bytes.
std::uint8_t* FormatNumber(std::uint64_t number, std::uint8_t* out);

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
