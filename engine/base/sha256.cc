#include "engine/base/sha256.h"

#include "absl/strings/escaping.h"

namespace perfecthash {

Sha256Digest Sha256(absl::Span<const std::uint8_t> bytes) {
  Sha256Stream stream;
  stream.Update(bytes);
  return stream.Finish();
}

std::string ToHex(const Sha256Digest& digest) {
  return absl::BytesToHexString(absl::string_view(
      reinterpret_cast<const char*>(digest.data()), digest.size()));
}

}  // namespace perfecthash
