#include "engine/base/byte_source.h"

#include <algorithm>
#include <cstring>

namespace perfecthash {

std::size_t MemorySource::Fill(absl::Span<std::uint8_t> out) {
  const std::size_t count = std::min(out.size(), rest_.size());
  // memcpy may not be given the null pointer of an empty span.
  if (count != 0) std::memcpy(out.data(), rest_.data(), count);
  rest_.remove_prefix(count);
  return count;
}

std::size_t TextSource::Fill(absl::Span<std::uint8_t> out) {
  const std::size_t count =
      text_.copy(reinterpret_cast<char*>(out.data()), out.size(), position_);
  position_ += count;
  return count;
}

}  // namespace perfecthash
