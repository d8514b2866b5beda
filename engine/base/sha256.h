#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/types/span.h"

namespace perfecthash {

using Sha256Digest = std::array<std::uint8_t, 32>;

// SHA-256 of one piece of memory.
Sha256Digest Sha256(absl::Span<const std::uint8_t> bytes);

// SHA-256 of a sequence of pieces. Used by one thread at a time.
class Sha256Stream {
 public:
  Sha256Stream();
  ~Sha256Stream();
  void Update(absl::Span<const std::uint8_t> bytes);
  // Of the pieces so far; the sequence may go on.
  Sha256Digest Peek() const;
  // Ends the sequence; the object may not be used afterwards.
  Sha256Digest Finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// 64 lower-case hexadecimal digits.
std::string ToHex(const Sha256Digest& digest);

}  // namespace perfecthash
