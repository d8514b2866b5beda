#include "service/files/digest.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "service/rpc/invalid_argument.h"

namespace perfecthash {
namespace {

int HexValue(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  return -1;
}

}  // namespace

std::optional<Sha256Digest> ParseHexDigest(std::string_view text) {
  Sha256Digest digest;
  if (text.size() != 2 * digest.size()) return std::nullopt;
  for (std::size_t i = 0; i < digest.size(); ++i) {
    const int high = HexValue(text[2 * i]);
    const int low = HexValue(text[2 * i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    digest[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return digest;
}

absl::StatusOr<Sha256Digest> ReadDigest(const std::string& bytes,
                                        const std::string& field) {
  Sha256Digest digest;
  if (bytes.size() != digest.size()) {
    return InvalidField(field, absl::StrCat("has ", bytes.size(),
                                            " bytes; a SHA-256 digest has 32"));
  }
  std::copy(bytes.begin(), bytes.end(), digest.begin());
  return digest;
}

}  // namespace perfecthash
