#include "service/job/page_token.h"

#include <algorithm>
#include <cstring>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "engine/base/error_reason.h"
#include "engine/base/sha256.h"
#include "engine/base/status_macros.h"
#include "service/rpc/invalid_argument.h"

namespace perfecthash {
namespace {

constexpr std::size_t kMarkBytes = 8;

std::string Mark(const std::string& list, const std::string& position) {
  const std::string text = absl::StrCat(list, "\n", position);
  std::vector<std::uint8_t> bytes(text.begin(), text.end());
  const Sha256Digest digest = Sha256(bytes);
  return std::string(digest.begin(), digest.begin() + kMarkBytes);
}

}  // namespace

std::string MakePageToken(const std::string& list,
                          const std::string& position) {
  return absl::WebSafeBase64Escape(
      absl::StrCat(Mark(list, position), position));
}

absl::Status BadPageToken() {
  return WithReason(
      absl::InvalidArgumentError(
          "page_token does not belong to this list; repeat the request with "
          "the same parent and filter as for the page before, or without a "
          "token to start again"),
      "PAGE_TOKEN_INVALID");
}

absl::StatusOr<std::string> ReadPageToken(const std::string& list,
                                          const std::string& token) {
  if (token.empty()) return std::string();
  std::string decoded;
  if (absl::WebSafeBase64Unescape(token, &decoded) &&
      decoded.size() > kMarkBytes) {
    const std::string position = decoded.substr(kMarkBytes);
    if (Mark(list, position) == decoded.substr(0, kMarkBytes)) return position;
  }
  return BadPageToken();
}

absl::StatusOr<int> ReadPageSize(int requested, int size_default,
                                 int size_max) {
  RETURN_IF_ERROR(CheckNotNegative(requested, "page_size"));
  return requested == 0 ? size_default : std::min(requested, size_max);
}

}  // namespace perfecthash
