#include "engine/io/chunk_writing.h"

#include <cstddef>

#include "absl/strings/str_cat.h"
#include "engine/base/check.h"
#include "engine/base/status_macros.h"

namespace perfecthash {

absl::StatusOr<std::uint64_t> WriteChunks(ByteSource& source,
                                          absl::Span<std::uint8_t> chunk,
                                          const std::string& path,
                                          CancellationToken token,
                                          WriteChunk write) {
  CHECK(!chunk.empty());
  std::uint64_t size_bytes = 0;
  for (;;) {
    if (token.cancelled()) {
      return absl::CancelledError(
          absl::StrCat("cancelled while writing ", path));
    }
    const std::size_t count = source.Fill(chunk);
    RETURN_IF_ERROR(write(size_bytes, chunk.first(count)));
    size_bytes += count;
    if (count < chunk.size()) return size_bytes;
  }
}

}  // namespace perfecthash
