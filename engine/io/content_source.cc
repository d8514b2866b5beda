#include "engine/io/content_source.h"

#include <algorithm>
#include <cstring>

namespace perfecthash {

std::size_t MemorySource::Fill(absl::Span<std::byte> chunk) {
  const std::size_t count = std::min(chunk.size(), bytes_.size());
  if (count == 0) return 0;
  std::memcpy(chunk.data(), bytes_.data(), count);
  bytes_.remove_prefix(count);
  return count;
}

}  // namespace perfecthash
